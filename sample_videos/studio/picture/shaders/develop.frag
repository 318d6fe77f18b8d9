// The site through the lens, once: what the composite then looks up pixel by pixel.
in vec2 at;
uniform sampler2D lit, shaded, place, base, normals, lens;
layout(location = 0) out vec4 lit_out;
layout(location = 1) out vec4 shaded_out;
layout(location = 2) out vec4 place_out;
layout(location = 3) out vec4 base_out;
layout(location = 4) out vec4 normal_out;

void main() {
    vec2 ideal = texture(lens, at).xy;
    lit_out = texture(lit, ideal);
    shaded_out = texture(shaded, ideal);
    place_out = texture(place, ideal);
    base_out = texture(base, ideal);
    normal_out = texture(normals, ideal);
}
