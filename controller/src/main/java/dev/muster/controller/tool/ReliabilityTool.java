package dev.muster.controller.tool;

import dev.muster.controller.reliability.ReliabilityOutcome;
import dev.muster.controller.reliability.ReliabilitySettings;
import dev.muster.controller.reliability.ReliabilitySimulation;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster simulate --reliability}: the life cycle and the ledger against random failures. */
@Command(
        name = "reliability",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs the life of a job, and its goodput ledger, against random failures on virtual time.")
final class ReliabilityTool implements Callable<Integer> {

    private static final double MAX_SECONDS = 1e9;
    private static final double SECONDS_PER_DAY = 86_400;

    private final ToolTerminal terminal;

    @Option(names = "--hosts", required = true, paramLabel = "N", description = "hosts of the gang")
    private int hosts;

    @Option(
            names = "--accelerators-per-host",
            paramLabel = "K",
            description = "weighs the buckets; ratios do not depend on it (default: 8)")
    private int acceleratorsPerHost = 8;

    @Option(
            names = "--failures-per-1000-host-days",
            required = true,
            paramLabel = "R",
            description = "how often hosts break")
    private double failuresPer1000HostDays;

    @Option(
            names = "--job-failures-per-day",
            paramLabel = "J",
            description = "how often the program fails by itself (default: 0)")
    private double jobFailuresPerDay;

    @Option(
            names = "--restart-seconds",
            required = true,
            paramLabel = "U",
            description = "from a failure until training goes on, without time in the queue")
    private double restartSeconds;

    @Option(
            names = "--load-seconds",
            paramLabel = "L",
            description = "the part of a restart that loads the checkpoint (default: 0)")
    private double loadSeconds;

    @Option(
            names = "--checkpoint-interval-seconds",
            required = true,
            paramLabel = "T",
            description = "training between two saves")
    private double checkpointIntervalSeconds;

    @Option(
            names = "--checkpoint-write-seconds",
            paramLabel = "W",
            description = "how long a save blocks training (default: 0)")
    private double checkpointWriteSeconds;

    @Option(
            names = "--queue-seconds",
            paramLabel = "Q",
            description = "until the queue has found a host in place of a broken one (default: 0)")
    private double queueSeconds;

    @Option(names = "--spares", paramLabel = "S", description = "hosts held beside the gang (default: 0)")
    private int spares;

    @Option(names = "--days", required = true, paramLabel = "D", description = "virtual time")
    private double days;

    @Option(names = "--seed", paramLabel = "X", description = "the same seed, the same failures (default: 42)")
    private long seed = 42;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table, json or yaml (default: table)")
    private String output = "table";

    @Option(names = "--no-color", description = "no colours; also NO_COLOR")
    private boolean noColor;

    ReliabilityTool(ToolTerminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ToolTerminal screen = noColor ? terminal.withoutColours() : terminal;
        OutputForm form = OutputForm.of(output);
        ReliabilityOutcome outcome = ReliabilitySimulation.run(
                settings(), RandomGeneratorFactory.of("L64X128MixRandom").create(seed), progress(screen));
        screen.clear();
        ReliabilityPicture picture = new ReliabilityPicture(outcome, seed);
        screen.out()
                .print(
                        switch (form) {
                            case TABLE -> picture.table(screen.colours());
                            case JSON -> picture.document().json();
                            case YAML -> picture.document().yaml();
                        });
        screen.out().flush();
        return ControllerTools.done();
    }

    private ReliabilitySettings settings() {
        try {
            return new ReliabilitySettings(
                    hosts,
                    acceleratorsPerHost,
                    failuresPer1000HostDays,
                    jobFailuresPerDay,
                    duration("--restart-seconds", restartSeconds),
                    duration("--load-seconds", loadSeconds),
                    duration("--checkpoint-interval-seconds", checkpointIntervalSeconds),
                    duration("--checkpoint-write-seconds", checkpointWriteSeconds),
                    duration("--queue-seconds", queueSeconds),
                    spares,
                    duration("--days", days * SECONDS_PER_DAY));
        } catch (IllegalArgumentException problem) {
            throw ToolFailure.usage(String.valueOf(problem.getMessage()));
        }
    }

    private static Duration duration(String option, double seconds) {
        if (!(seconds >= 0 && seconds <= MAX_SECONDS)) {
            throw ToolFailure.usage(option + " comes to " + seconds + " s; it must be from 0 to 1000000000");
        }
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    /** No more often than the eye can follow. */
    private static DoubleConsumer progress(ToolTerminal screen) {
        int[] lastPercent = {-1};
        return done -> {
            int percent = (int) (done * 100);
            if (percent != lastPercent[0]) {
                lastPercent[0] = percent;
                screen.live(Bars.progress(done) + " " + percent + " % of the virtual time");
            }
        };
    }
}
