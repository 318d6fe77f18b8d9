// What a surface looks like before light falls on it: what all have in common, and the surfaces of figures.
// The driver computes all branches for every pixel, so what only the site is made of stands apart, in site.glsl.
struct Surface {
    vec3 albedo;
    vec3 normal;
    float shine, gloss;  // share and sharpness of the highlight
    vec3 mirrored;       // light of the sky that it reflects
    vec3 glow;           // light of its own
};

vec3 sky_in(vec3 towards) {
    return mix(ground * 0.45, sky * 1.05, smoothstep(-0.1, 0.4, towards.z));
}
Surface figure_surface(int material, vec3 at, vec3 rest, vec3 n, vec3 v, vec3 albedo) {
    Surface s = Surface(albedo, n, 0.02, 12.0, vec3(0), vec3(0));
    float slant = 1.0 - max(dot(n, v), 0.0);
    if (material == 1) {
        float fold = noise(rest.xz * vec2(9.0, 11.0)) + 0.5 * noise(rest.yz * 23.0);
        s.albedo *= 0.72 + 0.36 * fold;
    } else if (material == 2) {
        s.shine = 0.55; s.gloss = 70.0;
        s.mirrored = sky_in(reflect(-v, n)) * (0.05 + 0.5 * slant * slant * slant * slant);
        s.albedo *= mix(0.72, 1.0, smoothstep(0.2, 0.9, at.z));
    } else if (material == 3) {
        s.shine = 0.9; s.gloss = 120.0;
        vec3 r = reflect(-v, n);
        s.mirrored = sky_in(r + vec3(0, 0, 0.12 * (noise(r.xy * 6.0) - 0.5))) * (0.14 + 0.7 * pow(slant, 3.0));
    } else if (material == 4) {
        s.shine = 0.6; s.gloss = 40.0;
        s.mirrored = sky_in(reflect(-v, n)) * 0.25;
    } else if (material == 5) {
        s.glow = albedo * dark * 6.0;
    } else if (material == 6) {
        s.glow = albedo * dark * 1.2;
    }
    return s;
}
