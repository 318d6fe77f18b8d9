in vec3 position;
in vec2 tag;
uniform sampler2D bones;
uniform int row;
uniform mat4 view_projection;
invariant gl_Position;  // depth is laid by one program and met by another

void main() {
    int first = int(tag.y + 0.5) * 4;
    mat4 bone = mat4(texelFetch(bones, ivec2(first, row), 0), texelFetch(bones, ivec2(first + 1, row), 0),
                     texelFetch(bones, ivec2(first + 2, row), 0), texelFetch(bones, ivec2(first + 3, row), 0));
    gl_Position = view_projection * (bone * vec4(position, 1.0));
}
