package dev.muster.cli.output;

import java.util.List;

/** Which Muster this is, and which Java runs it. */
public record VersionRendering(String version, String javaVersion) implements Rendering {

    @Override
    public void table(Console console, boolean wide) {
        console.line("muster {}{}", version, wide ? " (java " + javaVersion + ")" : "");
    }

    @Override
    public Fields fields() {
        return new Fields().text("version", version).text("javaVersion", javaVersion);
    }

    @Override
    public List<String> names() {
        return List.of(version);
    }
}
