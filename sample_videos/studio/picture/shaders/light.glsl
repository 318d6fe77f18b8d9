// Light that falls on a point: sun, sky, lamps, headlights, the camera's own lamp.
uniform vec3 eye, sun_towards, sun, sky, ground, haze;
uniform float haze_per_m, exposure, dark, beam;
uniform int lamp_count;
uniform vec3 lamp_at[MOST_LIGHTS], lamp_colour[MOST_LIGHTS];

vec3 lamps(vec3 at, vec3 n, vec3 v, float gloss, float shine, out vec3 glint) {
    vec3 sum = vec3(0);
    glint = vec3(0);
    if (dark < 0.01) return sum;
    for (int i = 0; i < lamp_count; i++) {
        vec3 away = lamp_at[i] - at;
        float far = dot(away, away);
        vec3 l = away * inversesqrt(far);
        vec3 light = lamp_colour[i] * dark * smoothstep(0.05, 0.7, l.z) / (0.6 + far * 0.022);
        sum += light * max(dot(n, l), 0.0);
        glint += light * shine * pow(max(dot(n, normalize(l + v)), 0.0), gloss) * 3.0;
    }
    return sum;
}
#ifdef HEADLIGHT_EDGE
uniform int beam_count;
uniform vec3 beam_at[MOST_LIGHTS], beam_towards[MOST_LIGHTS], beam_colour[MOST_LIGHTS];

vec3 headlights(vec3 at, vec3 n) {
    vec3 sum = vec3(0);
    for (int i = 0; i < beam_count; i++) {
        vec3 away = beam_at[i] - at;
        float far = dot(away, away);
        vec3 l = away * inversesqrt(far);
        float inside = smoothstep(HEADLIGHT_EDGE, 0.985, dot(-l, beam_towards[i]));
        sum += beam_colour[i] * inside * (0.25 + 0.75 * max(dot(n, l), 0.0)) / (1.0 + far * 0.05);
    }
    return sum * dark;
}
#endif
vec3 own_lamp(vec3 at, vec3 n) {
    if (beam == 0.0) return vec3(0);
    vec3 away = eye - at;
    float far = dot(away, away);
    return vec3(beam) * (0.35 + 0.65 * max(dot(n, away * inversesqrt(far)), 0.0)) / (0.35 + far * 0.0035);
}
vec3 hazed(vec3 light, vec3 at) {
    return mix(light, haze, 1.0 - exp(-length(eye - at) * haze_per_m));
}
vec3 tone(vec3 light) {
    light *= exposure;
    light = light * (1.0 + light * 0.12) / (1.0 + light * 0.55);
    return pow(clamp(light, 0.0, 1.0), vec3(0.62));
}
