package dev.muster.cli.command;

import dev.muster.cli.client.InputFile;
import dev.muster.cli.client.JobFiles;
import dev.muster.cli.local.ControllerTool;
import dev.muster.cli.local.Distribution;
import dev.muster.cli.output.Bar;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.LiveLine;
import dev.muster.cli.simulation.FleetRendering;
import dev.muster.cli.simulation.FleetSpeed;
import dev.muster.cli.simulation.ScenarioPrinter;
import dev.muster.cli.simulation.TraceFiles;
import dev.muster.cli.simulation.TraceSummaryRendering;
import dev.muster.scheduler.cluster.ClusterFile;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.SlurmTopologyFile;
import dev.muster.scheduler.cycle.CyclePolicy.Order;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.simulation.Scenario;
import dev.muster.scheduler.simulation.ScenarioOutcome;
import dev.muster.scheduler.simulation.ScenarioReader;
import dev.muster.scheduler.simulation.ScenarioSimulator;
import dev.muster.scheduler.simulation.TraceException;
import dev.muster.scheduler.simulation.TraceJob;
import dev.muster.scheduler.simulation.TraceOutcome;
import dev.muster.scheduler.simulation.TraceSettings;
import dev.muster.scheduler.simulation.TraceSimulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster simulate}: the scheduler on virtual time, in one of four modes. */
final class SimulateCommand implements Command {

    /** The fleet is filled the same way each time, so that numbers can be compared. */
    private static final long FILL_SEED = 42;

    private static final int BAR_WIDTH = 30;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    private final Environment environment;

    @Option(names = "--scenario", arity = "1..*", paramLabel = "FILE", description = "run scenario files")
    private @Nullable List<String> scenarios;

    @Option(names = "--trace", paramLabel = "FILE", description = "run a workload trace (CSV, also .gz)")
    private @Nullable String trace;

    @Option(names = "--fleet", description = "measure how fast a gang is placed on a fleet in use")
    private boolean fleet;

    @Option(names = "--reliability", description = "run jobs against random failures")
    private boolean reliability;

    @Mixin
    private final ReliabilityOptions reliabilityOptions = new ReliabilityOptions();

    @Option(names = "--cluster", paramLabel = "FILE", description = "a cluster file")
    private @Nullable String cluster;

    @Option(names = "--topology", paramLabel = "FILE", description = "Slurm's topology.conf, in place of --cluster")
    private @Nullable String topology;

    @Option(
            names = "--accelerators",
            paramLabel = "K",
            description = "accelerators of each host of --topology (default: 8)")
    private int accelerators = 8;

    @Option(names = "--policy", paramLabel = "P", description = "muster, fifo, sjf, srtf or srsf (default: muster)")
    private String policy = "muster";

    @Option(names = "--placement", paramLabel = "HOW", description = "consolidate or topology")
    private @Nullable String placement;

    @Option(names = "--backfill", paramLabel = "HOW", description = "none or easy")
    private @Nullable String backfill;

    @Option(names = "--walltime", paramLabel = "CLAIM", description = "exact, or hour: rounded up (default: exact)")
    private String walltime = "exact";

    @Option(names = "--out", paramLabel = "DIR", description = "write jobs.csv and summary.json there")
    private @Nullable String out;

    @Option(names = "--gang-hosts", paramLabel = "N", description = "hosts of the gang of --fleet")
    private int gangHosts = 64;

    @Option(names = "--required", paramLabel = "LEVEL", description = "the gang of --fleet never leaves a domain of it")
    private @Nullable String required;

    @Option(
            names = "--preferred",
            paramLabel = "LEVEL",
            description = "the gang of --fleet uses the fewest domains of it")
    private @Nullable String preferred;

    @Option(
            names = "--slice",
            paramLabel = "H@LEVEL",
            description = "runs of H hosts stay in a domain; may be repeated")
    private List<String> slices = new ArrayList<>();

    @Option(names = "--fill", paramLabel = "F", description = "the part of the fleet in use (default: 0.7)")
    private double fill = 0.7;

    @Option(names = "--repeat", paramLabel = "K", description = "how often the gang is placed (default: 200)")
    private int repeat = 200;

    SimulateCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public ExitCode run() throws InterruptedException {
        int modes = (scenarios == null ? 0 : 1) + (trace == null ? 0 : 1) + (fleet ? 1 : 0) + (reliability ? 1 : 0);
        if (modes != 1) {
            throw CommandFailure.usage((modes == 0 ? "nothing to simulate" : modes + " things to simulate at once")
                    + "; give one of --scenario FILE, --trace FILE, --fleet, --reliability");
        }
        if (reliability) {
            return reliability();
        }
        Console console = options.console(environment);
        if (scenarios != null) {
            ScenarioPrinter.print(scenarios(scenarios, console), console, options.format());
        } else if (trace != null) {
            trace(trace, console);
        } else {
            fleet(console);
        }
        return ExitCode.DONE;
    }

    /** The life cycle and the ledger are the controller's. */
    private ExitCode reliability() throws InterruptedException {
        List<String> words = new ArrayList<>(reliabilityOptions.words());
        words.addAll(options.outputWords());
        Distribution distribution = Distribution.of(environment.distribution(), environment.variables());
        return new ControllerTool(distribution, "reliability").run(words);
    }

    private List<ScenarioOutcome> scenarios(List<String> files, Console console) {
        List<Scenario> all = new ArrayList<>();
        for (String file : files) {
            InputFile source =
                    InputFile.read(file, environment.workingDirectory(), environment.input(), ScenarioReader.MAX_BYTES);
            all.addAll(sound(source, ScenarioReader.read(source.bytes())));
        }
        Progress progress = new Progress(console, "scenarios", all.size());
        List<ScenarioOutcome> outcomes = new ArrayList<>();
        for (Scenario scenario : all) {
            outcomes.add(new ScenarioSimulator(System::nanoTime).run(scenario));
            progress.accept(outcomes.size());
        }
        progress.clear();
        return outcomes;
    }

    private static <T> T sound(InputFile source, Reading<T> reading) {
        if (!reading.isSound()) {
            throw CommandFailure.problems(JobFiles.lines(source, reading.violations()));
        }
        return reading.value().orElseThrow();
    }

    private ClusterSpec cluster() {
        if ((cluster == null) == (topology == null)) {
            throw CommandFailure.usage("give the fleet with one of --cluster FILE, --topology FILE");
        }
        String name = cluster == null ? String.valueOf(topology) : cluster;
        InputFile file =
                InputFile.read(name, environment.workingDirectory(), environment.input(), ClusterFile.MAX_BYTES);
        if (cluster != null) {
            return sound(file, ClusterFile.read(file.bytes()));
        }
        if (accelerators < 0 || accelerators > 1024) {
            throw CommandFailure.usage("--accelerators is " + accelerators + "; it must be from 0 to 1024");
        }
        return sound(file, SlurmTopologyFile.read(new String(file.bytes(), StandardCharsets.UTF_8), accelerators));
    }

    private void trace(String name, Console console) {
        ClusterSpec fleetSpec = cluster();
        TraceSettings settings = settings();
        Optional<Path> folder = Optional.ofNullable(out).map(this::made);
        List<TraceJob> jobs = TraceFiles.read(name, environment.workingDirectory());
        Progress progress = new Progress(console, "jobs", jobs.size());
        TraceOutcome outcome;
        try {
            outcome = new TraceSimulator(fleetSpec, settings, System::nanoTime).run(jobs, progress);
        } catch (TraceException problem) {
            throw CommandFailure.usage(name + ":" + problem.line() + ": " + problem.getMessage());
        } catch (IllegalArgumentException problem) {
            throw CommandFailure.usage(String.valueOf(problem.getMessage()));
        } finally {
            progress.clear();
        }
        TraceSummaryRendering summary = new TraceSummaryRendering(outcome.summary());
        folder.ifPresent(there -> write(there, outcome, summary));
        summary.print(console, options.format());
    }

    /** Makes the directory before the simulation, which may take minutes. */
    private Path made(String name) {
        Path folder = environment.workingDirectory().resolve(name);
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw CommandFailure.usage("--out " + name + " is a file; name a directory");
        }
        try {
            return Files.createDirectories(folder);
        } catch (IOException failure) {
            throw CommandFailure.failed("--out " + name + " cannot be made; name a directory that you may write to");
        }
    }

    private static void write(Path folder, TraceOutcome outcome, TraceSummaryRendering summary) {
        try {
            TraceFiles.write(outcome.jobs(), folder.resolve("jobs.csv"));
            Files.writeString(folder.resolve("summary.json"), summary.json());
        } catch (IOException failure) {
            throw CommandFailure.failed("--out " + folder + " cannot be written: " + failure.getMessage());
        }
    }

    private TraceSettings settings() {
        Order order = choice("--policy", policy, Order.values());
        TraceSettings usual = TraceSettings.of(order);
        boolean easy = backfill == null ? usual.backfill() : oneOf("--backfill", backfill, "easy", "none");
        if (easy && order != Order.MUSTER) {
            throw CommandFailure.usage("--backfill easy goes with --policy muster only; leave it out with " + policy);
        }
        return new TraceSettings(
                order,
                placement == null ? usual.placement() : choice("--placement", placement, TraceSettings.Hosts.values()),
                easy,
                choice("--walltime", walltime, TraceSettings.Claim.values()),
                usual.restart());
    }

    private static boolean oneOf(String option, String word, String yes, String no) {
        if (!word.equals(yes) && !word.equals(no)) {
            throw CommandFailure.usage(option + " is " + word + "; choose one of " + yes + ", " + no);
        }
        return word.equals(yes);
    }

    private static <E extends Enum<E>> E choice(String option, String word, E[] values) {
        List<String> names = new ArrayList<>();
        for (E value : values) {
            String name = value.name().toLowerCase(Locale.ROOT);
            if (name.equals(word)) {
                return value;
            }
            names.add(name);
        }
        throw CommandFailure.usage(option + " is " + word + "; choose one of " + String.join(", ", names));
    }

    private void fleet(Console console) {
        if (!(fill >= 0 && fill <= 1)) {
            throw CommandFailure.usage("--fill is " + fill + "; it must be from 0 to 1");
        }
        FleetSpeed.Settings settings = new FleetSpeed.Settings(gangHosts, gangTopology(), fill, repeat);
        Progress progress = new Progress(console, "placements", repeat);
        FleetSpeed speed = new FleetSpeed(cluster(), System::nanoTime);
        FleetSpeed.Outcome outcome = speed.measure(
                settings, RandomGeneratorFactory.of("L64X128MixRandom").create(FILL_SEED), progress);
        progress.clear();
        new FleetRendering(outcome).print(console, options.format());
    }

    private TopologySpec gangTopology() {
        List<SliceSpec> specs = new ArrayList<>();
        for (String slice : slices) {
            String[] parts = slice.split("@", -1);
            if (parts.length != 2 || !parts[0].matches("[0-9]{1,7}")) {
                throw CommandFailure.usage("--slice is " + slice + "; give HOSTS@LEVEL, such as 4@rack");
            }
            specs.add(new SliceSpec(Integer.parseInt(parts[0]), parts[1]));
        }
        return new TopologySpec(Optional.ofNullable(required), Optional.ofNullable(preferred), specs, Spread.PACKED);
    }

    /** A bar on the terminal for what takes long; draws no more often than the eye can follow. */
    private static final class Progress implements IntConsumer {
        private final LiveLine line;
        private final String what;
        private final int all;
        private int lastPercent = -1;

        Progress(Console console, String what, int all) {
            this.line = new LiveLine(console);
            this.what = what;
            this.all = all;
        }

        @Override
        public void accept(int done) {
            int percent = all == 0 ? 100 : (int) (100L * done / all);
            if (percent != lastPercent) {
                lastPercent = percent;
                line.show("{} {} of {} {}", Bar.progress(percent / 100.0, BAR_WIDTH), done, all, what);
            }
        }

        void clear() {
            line.clear();
        }
    }
}
