// A vertex moves with its bone: four texels of the row that belongs to its figure.
in vec3 position;
in vec3 normal;
in vec3 colour;
in vec2 tag;  // material, bone
uniform sampler2D bones;
uniform int row;
uniform mat4 view_projection;
invariant gl_Position;  // depth is laid by one program and met by another
out vec3 world;
out vec3 facing;
out vec3 rest;  // where the vertex lies in its bone's frame: cloth keeps its pattern
out vec3 albedo;
flat out int material;

void main() {
    int first = int(tag.y + 0.5) * 4;
    mat4 bone = mat4(texelFetch(bones, ivec2(first, row), 0), texelFetch(bones, ivec2(first + 1, row), 0),
                     texelFetch(bones, ivec2(first + 2, row), 0), texelFetch(bones, ivec2(first + 3, row), 0));
    vec4 place = bone * vec4(position, 1.0);
    world = place.xyz;
    facing = mat3(bone) * normal;
    rest = position;
    albedo = colour;
    material = int(tag.x + 0.5);
    gl_Position = view_projection * place;
}
