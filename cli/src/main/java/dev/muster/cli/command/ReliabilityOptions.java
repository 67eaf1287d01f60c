package dev.muster.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code muster simulate --reliability}; the tool that does the work says what is wrong with a value. */
final class ReliabilityOptions {

    @Option(names = "--hosts", order = 50, paramLabel = "N", description = "hosts of the gang of --reliability")
    private @Nullable String hosts;

    @Option(
            names = "--accelerators-per-host",
            order = 51,
            paramLabel = "K",
            description = "of the gang of --reliability (default: 8)")
    private @Nullable String acceleratorsPerHost;

    @Option(
            names = "--failures-per-1000-host-days",
            order = 52,
            paramLabel = "R",
            description = "how often hosts break")
    private @Nullable String failuresPer1000HostDays;

    @Option(
            names = "--job-failures-per-day",
            order = 53,
            paramLabel = "J",
            description = "how often the program fails by itself (default: 0)")
    private @Nullable String jobFailuresPerDay;

    @Option(
            names = "--restart-seconds",
            order = 54,
            paramLabel = "U",
            description = "from a failure until training goes on, without time in the queue")
    private @Nullable String restartSeconds;

    @Option(
            names = "--load-seconds",
            order = 55,
            paramLabel = "L",
            description = "the part of a restart that loads the checkpoint (default: 0)")
    private @Nullable String loadSeconds;

    @Option(
            names = "--checkpoint-interval-seconds",
            order = 56,
            paramLabel = "T",
            description = "training between two saves")
    private @Nullable String checkpointIntervalSeconds;

    @Option(
            names = "--checkpoint-write-seconds",
            order = 57,
            paramLabel = "W",
            description = "how long a save blocks training (default: 0)")
    private @Nullable String checkpointWriteSeconds;

    @Option(
            names = "--queue-seconds",
            order = 58,
            paramLabel = "Q",
            description = "until the queue has found a host in place of a broken one (default: 0)")
    private @Nullable String queueSeconds;

    @Option(names = "--spares", order = 59, paramLabel = "S", description = "hosts beside the gang (default: 0)")
    private @Nullable String spares;

    @Option(names = "--days", order = 60, paramLabel = "D", description = "virtual time of --reliability")
    private @Nullable String days;

    @Option(names = "--seed", order = 61, paramLabel = "X", description = "the same seed, the same failures")
    private @Nullable String seed;

    /** Those that were given, as words for the tool. */
    List<String> words() {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        values.put("--hosts", hosts);
        values.put("--accelerators-per-host", acceleratorsPerHost);
        values.put("--failures-per-1000-host-days", failuresPer1000HostDays);
        values.put("--job-failures-per-day", jobFailuresPerDay);
        values.put("--restart-seconds", restartSeconds);
        values.put("--load-seconds", loadSeconds);
        values.put("--checkpoint-interval-seconds", checkpointIntervalSeconds);
        values.put("--checkpoint-write-seconds", checkpointWriteSeconds);
        values.put("--queue-seconds", queueSeconds);
        values.put("--spares", spares);
        values.put("--days", days);
        values.put("--seed", seed);
        List<String> words = new ArrayList<>();
        values.forEach((option, value) -> {
            if (value != null) {
                words.add(option + "=" + value);
            }
        });
        return words;
    }
}
