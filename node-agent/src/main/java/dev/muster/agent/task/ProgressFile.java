package dev.muster.agent.task;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The file through which a run tells its progress: one line {@code step=N checkpoint=M [loss=X] [total=T]
 * [checkpointSeconds=S]}, which the run replaces.
 *
 * <p>Unknown keys are left to later versions. A line that cannot be read is counted and otherwise ignored: it may be
 * half written, and the next look will find the rest.
 */
final class ProgressFile {
    private static final int LIMIT_BYTES = 4096;

    private final Path file;
    private String seen = "";
    private long malformed;

    ProgressFile(Path file) {
        this.file = file;
    }

    /** What the file says, when that has changed since the last call. */
    Optional<Progress> poll(long nowMillis) {
        String line;
        try (InputStream input = Files.newInputStream(file)) {
            String text = new String(input.readNBytes(LIMIT_BYTES), StandardCharsets.UTF_8);
            line = text.lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            // Not written yet, or being replaced.
            return Optional.empty();
        }
        if (line.isEmpty() || line.equals(seen)) {
            return Optional.empty();
        }
        seen = line;
        Optional<Progress> progress = parse(line, nowMillis);
        malformed += progress.isEmpty() ? 1 : 0;
        return progress;
    }

    /** How many lines could not be read so far. */
    long malformed() {
        return malformed;
    }

    static Optional<Progress> parse(String line, long nowMillis) {
        Map<String, String> values = new HashMap<>();
        for (String word : line.split("\\s+", -1)) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                return Optional.empty();
            }
            values.put(word.substring(0, equals), word.substring(equals + 1));
        }
        try {
            long step = count(values.getOrDefault("step", ""));
            long checkpoint = count(values.getOrDefault("checkpoint", "0"));
            long total = count(values.getOrDefault("total", "0"));
            double blocked = Double.parseDouble(values.getOrDefault("checkpointSeconds", "0"));
            if (!Double.isFinite(blocked) || blocked < 0) {
                return Optional.empty();
            }
            // A loss of NaN is a real and sad piece of news, and no reason to take the run for hung.
            OptionalDouble loss = values.containsKey("loss")
                    ? OptionalDouble.of(Double.parseDouble(values.getOrDefault("loss", "")))
                    : OptionalDouble.empty();
            return Optional.of(new Progress(step, checkpoint, loss, total, blocked, nowMillis));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static long count(String text) {
        long value = Long.parseLong(text);
        if (value < 0) {
            throw new NumberFormatException("negative");
        }
        return value;
    }
}
