// What the site's surfaces look like before light falls on them: ground, walls, lamps, leaves.
uniform float wet, lit_windows;
uniform vec2 seed;

float worn(vec2 p) {
    return smoothstep(0.22, 0.5, noise(p * 4.0 + seed) + 0.25 * noise(p * 19.0));
}
Surface floor_surface(int material, vec3 at, vec3 albedo) {
    vec2 p = at.xy;
    float broad = cloud(p * 0.35 + seed), fine = noise(p * 14.0) * 0.6 + noise(p * 31.0) * 0.4;
    float stain = smoothstep(0.6, 0.8, noise(p * 0.9 + seed * 3.0));
    Surface s = Surface(albedo, vec3(0, 0, 1), 0.03, 12.0, vec3(0), vec3(0));
    if (material == 8) {
        s.albedo *= 0.72 + 0.4 * broad + 0.28 * fine;
        s.albedo *= 1.0 - 0.22 * smoothstep(0.012, 0.0, abs(noise(p * 0.7 + seed * 2.0) - 0.5));
        s.albedo *= 1.0 - 0.3 * stain;
    } else if (material == 9 || material == 12) {
        float slab = material == 9 ? 0.6 : 0.45;
        vec2 cell = floor(p / slab), edge = abs(fract(p / slab) - 0.5);
        float joint = smoothstep(0.465, 0.5, max(edge.x, edge.y));
        s.albedo *= (0.78 + 0.22 * broad + 0.2 * hash(cell + seed) + 0.08 * fine) * (1.0 - 0.3 * joint);
        s.albedo *= 1.0 - (material == 9 ? 0.25 : 0.08) * stain;
        if (material == 12) { s.shine = 0.5; s.gloss = 60.0; }
    } else if (material == 10) {
        float blade = noise(p * 9.0) * 0.5 + noise(p * vec2(37.0, 41.0)) * 0.5;
        s.albedo *= 0.45 + 0.55 * broad + 0.75 * blade;
    } else if (material == 11) {
        s.albedo *= (0.75 + 0.35 * broad + 0.14 * fine) * (1.0 - 0.2 * stain);
        vec2 edge = abs(fract(p / 4.0) - 0.5);
        s.albedo *= 1.0 - 0.35 * smoothstep(0.494, 0.5, max(edge.x, edge.y));
    } else {
        s.albedo = mix(vec3(0.11), albedo, 0.35 + 0.65 * worn(p)) * (0.85 + 0.2 * fine);
    }
    if (material != 10 && material != 12) {
        s.albedo *= 1.0 - 0.45 * wet * (0.5 + broad);
        s.shine += wet * 0.7 * smoothstep(0.3, 0.7, broad + 0.2);
        s.gloss += wet * 60.0;
    }
    return s;
}
Surface wall_surface(int material, vec3 at, vec3 n, vec3 v, vec3 albedo) {
    float along = abs(n.x) > abs(n.y) ? at.y : at.x;
    vec2 p = vec2(along, at.z);
    Surface s = Surface(albedo, n, 0.02, 10.0, vec3(0), vec3(0));
    float streak = cloud(vec2(p.x * 1.3, p.y * 0.35) + seed);
    s.albedo *= 0.78 + 0.4 * streak;
    if (material == 14) {
        vec2 q = p / vec2(0.5, 0.16);
        q.x += 0.5 * mod(floor(q.y), 2.0);
        vec2 f = fract(q);
        float mortar = clamp(step(0.95, f.x) + step(0.88, f.y), 0.0, 1.0);
        s.albedo *= (1.0 - 0.22 * mortar) * (0.9 + 0.2 * hash(floor(q)));
    }
    if (material == 15 && abs(n.z) < 0.5 && at.z > 0.4) {
        vec2 q = p / vec2(2.6, 3.2), f = fract(q) - 0.5;
        if (abs(f.x) < 0.25 && abs(f.y) < 0.27) {
            if (abs(f.x) > 0.225 || abs(f.y) > 0.25 || abs(f.x) < 0.012) {
                s.albedo = vec3(0.5);
            } else {
                float open = step(1.0 - lit_windows, hash(floor(q) + seed));
                s.albedo = vec3(0.05, 0.06, 0.075);
                s.mirrored = sky_in(reflect(-v, n)) * (0.3 + 0.25 * hash(floor(q) * 1.7));
                s.glow = dark * open * vec3(1.0, 0.76, 0.42) * 0.5 * (0.5 + 0.5 * noise(p * 3.0));
                s.glow += vec3(0.25) * sky * step(0.6, hash(floor(q) + 3.0)) * step(0.0, f.y);
            }
        }
    }
    s.albedo *= mix(0.65, 1.0, smoothstep(0.0, 1.2, at.z));
    return s;
}
Surface surface_of(int material, vec3 at, vec3 rest, vec3 n, vec3 v, vec3 albedo) {
    if (material >= 8 && material <= 13 && n.z > 0.7) return floor_surface(material, at, albedo);
    if (material >= 14 && material <= 16) return wall_surface(material, at, n, v, albedo);
    Surface s = figure_surface(material, at, rest, n, v, albedo);
    if (material == 7) {
        s.glow = albedo * (dark > 0.05 ? 3.0 : 0.0);
    } else if (material == 17) {
        float leaf = cloud(at.xz * 3.0 + at.y * 2.0);
        s.albedo *= 0.45 + 1.1 * leaf;
        s.normal = normalize(n + vec3(0, 0, 0.6));
    }
    return s;
}
