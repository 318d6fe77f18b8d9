in vec2 corner;
out vec2 at;  // 0 to 1 over the picture

void main() {
    at = corner * 0.5 + 0.5;
    gl_Position = vec4(corner, 0.99999, 1.0);
}
