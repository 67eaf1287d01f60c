package dev.muster.cli.endtoend;

import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import dev.muster.scheduler.document.DocumentNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code bin/muster} against one server. */
final class MusterCommand {

    private static final Path BIN = Path.of(System.getProperty("muster.distribution"), "bin");
    private static final long LIMIT_SECONDS = 120;

    /** What came of one command. */
    record Result(int exitCode, String out, String err) {

        /** JSON output as a tree. */
        Json json() {
            try {
                return new Json(Document.read(out.getBytes(StandardCharsets.UTF_8), DocumentLimits.CLUSTER));
            } catch (DocumentException broken) {
                throw new AssertionError("not JSON: " + this, broken);
            }
        }
    }

    private final Path folder;
    private final String server;

    MusterCommand(Path folder, String server) {
        this.folder = folder;
        this.server = server;
    }

    static Path program(String name) {
        return BIN.resolve(name);
    }

    Result run(String... words) {
        try {
            Path out = Files.createTempFile(folder, "out", "");
            Path err = Files.createTempFile(folder, "err", "");
            Process process = start(out, err, words);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("muster " + List.of(words) + " did not end: " + Files.readString(out));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interruption);
        }
    }

    /** In the background. */
    Process start(Path out, Path err, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(program("muster").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("MUSTER_SERVER", server);
        return builder.start();
    }

    /** A part of a JSON document; what is absent, and every field of it, is an empty text. */
    record Json(DocumentNode node) {

        Json field(String name) {
            if (node instanceof DocumentNode.Mapping mapping) {
                return mapping.member(name)
                        .map(member -> new Json(member.value()))
                        .orElse(new Json(new DocumentNode.Scalar("", true, 1)));
            }
            return this;
        }

        String text(String name) {
            return field(name).text();
        }

        String text() {
            return node instanceof DocumentNode.Scalar scalar ? scalar.text() : "";
        }

        List<Json> items(String name) {
            return field(name).node instanceof DocumentNode.Sequence sequence
                    ? sequence.items().stream().map(Json::new).toList()
                    : List.of();
        }

        List<String> texts(String name) {
            return items(name).stream().map(Json::text).toList();
        }
    }
}
