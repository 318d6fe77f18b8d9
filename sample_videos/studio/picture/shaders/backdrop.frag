// The site once: with and without the light that figures may take away, and what beams need to know.
in vec3 world, facing, rest, albedo;
flat in int material;
uniform sampler2DShadow site_shadow;
uniform mat4 light_projection;
uniform float soft_share;
layout(location = 0) out vec4 lit;
layout(location = 1) out vec4 shaded;
layout(location = 2) out vec4 place;
layout(location = 3) out vec4 base;
layout(location = 4) out vec4 normal_out;

float open_to_key(vec3 at, float slant) {
    vec4 q = light_projection * vec4(at, 1.0);
    vec3 s = q.xyz * 0.5 + 0.5;
    if (any(lessThan(s.xy, vec2(0))) || any(greaterThan(s.xy, vec2(1)))) return 1.0;
    vec2 texel = 1.0 / vec2(textureSize(site_shadow, 0));
    float sum = 0.0;
    float wide = soft_share > 0.0 ? 6.0 : 1.2;
    for (int i = -2; i < 3; i++)
        for (int j = -2; j < 3; j++)
            sum += texture(site_shadow, vec3(s.xy + vec2(i, j) * texel * wide * 0.5, s.z - 0.0008 - 0.002 * slant));
    return sum / 25.0;
}
void main() {
    vec3 v = normalize(eye - world), n = normalize(facing);
    if (dot(n, v) < 0.0) n = -n;
    Surface s = surface_of(material, world, rest, n, v, albedo);
    float up = max(dot(s.normal, sun_towards), 0.0);
    float key = open_to_key(world, 1.0 - up);
    float corner = mix(0.6, 1.0, smoothstep(0.0, 0.6, world.z + (n.z > 0.7 ? 0.6 : 0.0)));
    vec3 glint;
    vec3 soft = mix(ground, sky, 0.5 + 0.5 * s.normal.z) * corner + lamps(world, s.normal, v, s.gloss, s.shine, glint);
    soft += own_lamp(world, n);
    vec3 hard = sun * up;
    vec3 shine = sun * s.shine * pow(max(dot(s.normal, normalize(sun_towards + v)), 0.0), s.gloss);
    float kept = 1.0 - soft_share * (1.0 - key);
    vec3 always = s.mirrored + s.glow;
    vec3 full = (s.albedo * (soft * kept + hard * key) + (glint + shine * key) + always);
    vec3 least = (s.albedo * soft * (1.0 - soft_share * 0.9) * kept + glint * (1.0 - soft_share) + always);
    lit = vec4(hazed(full, world), 1.0);
    shaded = vec4(hazed(min(least, full), world), 1.0);
    place = vec4(world, 1.0);
    base = vec4(s.albedo, s.shine);
    normal_out = vec4(s.normal, 1.0);
}
