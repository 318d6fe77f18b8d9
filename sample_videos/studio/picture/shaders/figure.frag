// A figure in the light of its moment.
in vec3 world, facing, rest, albedo;
flat in int material;
uniform sampler2DShadow site_shadow, figure_shadow;
uniform mat4 light_projection;
uniform float soft_share;
out vec4 picture;

void main() {
    vec3 v = normalize(eye - world), n = normalize(facing);
    if (dot(n, v) < 0.0) n = -n;
    Surface s = figure_surface(material, world, rest, n, v, albedo);
    float up = max(dot(s.normal, sun_towards), 0.0);
    vec4 q = light_projection * vec4(world + s.normal * 0.03, 1.0);
    vec3 p = q.xyz * 0.5 + 0.5;
    float key = 1.0;
    if (all(greaterThan(p.xy, vec2(0))) && all(lessThan(p.xy, vec2(1)))) {
        float bias = 0.0012 + 0.0025 * (1.0 - up);
        key = min(texture(site_shadow, vec3(p.xy, p.z - bias)), texture(figure_shadow, vec3(p.xy, p.z - bias)));
    }
    float low = mix(0.55, 1.0, smoothstep(0.0, 0.7, world.z));
    vec3 glint;
    vec3 soft = mix(ground, sky, 0.5 + 0.5 * s.normal.z) * low + lamps(world, s.normal, v, s.gloss, s.shine, glint);
    soft += own_lamp(world, n);
    vec3 shine = sun * key * s.shine * pow(max(dot(s.normal, normalize(sun_towards + v)), 0.0), s.gloss);
    vec3 fallen = soft * (1.0 - 0.5 * soft_share * (1.0 - key)) + sun * up * key;
#ifdef HEADLIGHT_EDGE
    fallen += headlights(world, s.normal);
#endif
    vec3 light = s.albedo * fallen;
    light += glint + shine + s.mirrored + s.glow;
    picture = vec4(tone(hazed(light, world)), 1.0);
}
