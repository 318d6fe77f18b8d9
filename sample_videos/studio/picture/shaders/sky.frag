in vec2 at;
uniform vec3 zenith, haze;
uniform float horizon;  // share of the picture's height at which the sky begins
uniform vec2 seed;
layout(location = 0) out vec4 lit;
layout(location = 1) out vec4 shaded;
layout(location = 2) out vec4 place;
layout(location = 3) out vec4 base;
layout(location = 4) out vec4 normal_out;

void main() {
    float up = clamp((at.y - horizon) * 1.6, 0.0, 1.0);
    vec3 c = mix(haze, zenith, up);
    c = mix(c, vec3(dot(c, vec3(0.4))) * 1.5, smoothstep(0.42, 0.75, cloud(at * vec2(5.0, 11.0) + seed)) * 0.55);
    lit = shaded = vec4(c, 1.0);
    place = vec4(0);
    base = normal_out = vec4(0);
}
