// The picture: the site with the figures' shadows and headlights on it, then the figures, through the lens.
uniform sampler2D lit, shaded, place, base, normals, figures, lens;
uniform sampler2DShadow figure_shadow;
uniform mat4 light_projection;
uniform float soft_share;
out vec4 picture;

float open_to_key(vec3 where) {
    vec4 q = light_projection * vec4(where, 1.0);
    vec3 s = q.xyz * 0.5 + 0.5;
    if (any(lessThan(s.xy, vec2(0))) || any(greaterThan(s.xy, vec2(1)))) return 1.0;
    vec2 texel = 1.0 / vec2(textureSize(figure_shadow, 0));
    float z = s.z - 0.0015;
    if (soft_share == 0.0) {
        return 0.25 * (texture(figure_shadow, vec3(s.xy + texel * vec2(-0.6, -0.6), z))
                     + texture(figure_shadow, vec3(s.xy + texel * vec2(0.6, -0.6), z))
                     + texture(figure_shadow, vec3(s.xy + texel * vec2(-0.6, 0.6), z))
                     + texture(figure_shadow, vec3(s.xy + texel * vec2(0.6, 0.6), z)));
    }
    float sum = 0.0;
    for (int i = -1; i < 2; i++)
        for (int j = -1; j < 2; j++)
            sum += texture(figure_shadow, vec3(s.xy + vec2(i, j) * texel * 4.5, z));
    return sum / 9.0;
}
void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec4 figure = texture(figures, texelFetch(lens, pixel, 0).xy);  // colour times share, and share
    vec3 colour = vec3(0);
    if (figure.a < 0.999) {
        vec4 where = texelFetch(place, pixel, 0);
        vec3 light = texelFetch(lit, pixel, 0).rgb;
        if (where.w > 0.5) {
            float open = open_to_key(where.xyz);
            if (open < 1.0) light = mix(texelFetch(shaded, pixel, 0).rgb, light, open);
#ifdef HEADLIGHT_EDGE
            vec3 n = normalize(texelFetch(normals, pixel, 0).xyz + 1e-4);
            light += texelFetch(base, pixel, 0).rgb * headlights(where.xyz, n);
#endif
        }
        colour = tone(light);
    }
    picture = vec4(colour * (1.0 - figure.a) + figure.rgb, 1.0);
}
