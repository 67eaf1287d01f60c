package dev.muster.cli.command;

import dev.muster.cli.client.InputFile;
import dev.muster.cli.client.JobFiles;
import dev.muster.cli.local.ClusterPlan;
import dev.muster.cli.local.DataDirectory;
import dev.muster.cli.local.Distribution;
import dev.muster.cli.local.LocalCluster;
import dev.muster.cli.local.Up;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.scheduler.cluster.ClusterFile;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.job.Reading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster up}. */
final class UpCommand implements Command {

    private static final int LARGEST_PORT = 65_535;
    private static final int MOST_ACCELERATORS = 1024;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    private final Environment environment;

    @Option(names = "--nodes", paramLabel = "N", description = "hosts, each an agent process (default: 4)")
    private int nodes = 4;

    @Option(names = "--accelerators", paramLabel = "K", description = "fake accelerators on each host (default: 2)")
    private int accelerators = 2;

    @Option(names = "--cluster", paramLabel = "FILE", description = "a cluster file, in place of --nodes")
    private @Nullable String cluster;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "where state and logs stay (default: ~/.local/share/muster/up)")
    private @Nullable String data;

    @Option(names = "--port", paramLabel = "P", description = "for gRPC (default: 7443)")
    private int port = 7443;

    @Option(names = "--http-port", paramLabel = "P", description = "for /metrics (default: 7480)")
    private int httpPort = 7480;

    UpCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public ExitCode run() throws InterruptedException {
        requireBetween("--nodes", nodes, 1, ClusterPlan.MOST_HOSTS);
        requireBetween("--accelerators", accelerators, 0, MOST_ACCELERATORS);
        requireBetween("--port", port, 1, LARGEST_PORT);
        requireBetween("--http-port", httpPort, 1, LARGEST_PORT);
        if (port == httpPort) {
            throw CommandFailure.usage("--port and --http-port are both " + port + "; choose two");
        }
        ClusterPlan plan = cluster == null ? ClusterPlan.even(nodes, accelerators) : read(cluster);
        Distribution distribution = Distribution.of(environment.distribution(), environment.variables());
        Path root = data == null
                ? DataDirectory.defaultPath(environment.variables())
                : environment.workingDirectory().resolve(data);
        DataDirectory directory = DataDirectory.open(root.toAbsolutePath().normalize());
        LocalCluster local = new LocalCluster(distribution, plan, directory, port, httpPort);
        return new Up(options.console(environment), local, plan).run();
    }

    private static void requireBetween(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw CommandFailure.usage(option + " is " + value + "; it must be from " + least + " to " + most);
        }
    }

    private ClusterPlan read(String name) {
        InputFile file =
                InputFile.read(name, environment.workingDirectory(), environment.input(), ClusterFile.MAX_BYTES);
        Reading<ClusterSpec> reading = ClusterFile.read(file.bytes());
        if (!reading.isSound()) {
            throw CommandFailure.problems(JobFiles.lines(file, reading.violations()));
        }
        return ClusterPlan.of(reading.value().orElseThrow(), new String(file.bytes(), StandardCharsets.UTF_8));
    }
}
