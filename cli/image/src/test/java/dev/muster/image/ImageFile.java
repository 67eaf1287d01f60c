package dev.muster.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An image in a tar file, as `docker save` writes and `docker load` reads it. */
final class ImageFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final JsonNode manifest;

    private ImageFile(Path folder, JsonNode manifest) {
        this.folder = folder;
        this.manifest = manifest;
    }

    /** Unpacks the file, not yet its layers. */
    static ImageFile unpack(Path tar, Path folder) throws IOException {
        Files.createDirectories(folder);
        run(List.of("tar", "-xf", tar.toString(), "-C", folder.toString()));
        return new ImageFile(
                folder, JSON.readTree(folder.resolve("manifest.json").toFile()).path(0));
    }

    JsonNode manifest() {
        return manifest;
    }

    JsonNode config() throws IOException {
        return JSON.readTree(folder.resolve(manifest.path("Config").asText()).toFile());
    }

    List<Path> layers() {
        List<Path> layers = new ArrayList<>();
        manifest.path("Layers").forEach(layer -> layers.add(folder.resolve(layer.asText())));
        return layers;
    }

    /** Puts the layers over each other, with the owners and permissions that they say. */
    Path root(Path target) throws IOException {
        Files.createDirectories(target);
        for (Path layer : layers()) {
            run(List.of("tar", "-xpf", layer.toString(), "-C", target.toString()));
        }
        return target;
    }

    /** Runs it to its end and answers what it printed. */
    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed: " + output);
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        return output;
    }
}
