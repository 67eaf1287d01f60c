package dev.muster.cli.local;

import static dev.muster.cli.output.Table.Column.left;
import static dev.muster.cli.output.Table.Column.right;

import dev.muster.cli.client.ServerAddress;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.LiveLine;
import dev.muster.cli.output.Style;
import dev.muster.cli.output.Styled;
import dev.muster.cli.output.Table;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** A local cluster in the foreground: starts it, says where it is, tells of every process that dies, stops it. */
public final class Up {

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final Console console;
    private final LocalCluster cluster;
    private final ClusterPlan plan;
    private final BlockingQueue<LocalProcess> ended = new LinkedBlockingQueue<>();

    public Up(Console console, LocalCluster cluster, ClusterPlan plan) {
        this.console = console;
        this.cluster = cluster;
        this.plan = plan;
    }

    /** Runs until everything it started has died; Ctrl-C and TERM end the process, and its hook stops the cluster. */
    public ExitCode run() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-local-cluster"));
        try (cluster) {
            start();
            describe();
            return watch();
        }
    }

    private void start() throws InterruptedException {
        LiveLine live = new LiveLine(console);
        live.show("starting a controller and {} agents ...", plan.hosts().size());
        try {
            cluster.start();
            cluster.awaitReady(START_PATIENCE);
        } finally {
            live.clear();
        }
    }

    private void describe() {
        console.line(
                "{}: {} hosts, {} accelerators; state and logs stay in {}",
                new Styled(Style.GREEN, "muster is up"),
                plan.hosts().size(),
                plan.accelerators(),
                cluster.data().path());
        Table table = new Table(left("PROCESS"), right("PID"), left("WHERE"), left("LOG"));
        for (LocalProcess process : cluster.processes()) {
            table.row(Styled.bold(process.name()), process.pid(), where(process.name()), process.log());
        }
        table.print(console, false);
        String server = cluster.address().equals(ServerAddress.DEFAULT) ? "" : " --server " + cluster.address();
        console.line("in another terminal: muster{} nodes; Ctrl-C here stops everything", server);
    }

    private String where(String process) {
        return plan.hosts().stream()
                .filter(host -> host.name().equals(process))
                .map(host ->
                        String.join("/", host.path()) + ", " + host.accelerators() + " x " + host.acceleratorType())
                .findFirst()
                .orElse(cluster.address().toString());
    }

    private ExitCode watch() throws InterruptedException {
        List<CompletableFuture<Boolean>> ends = cluster.processes().stream()
                .map(process -> process.onExit().thenApply(gone -> ended.add(process)))
                .toList();
        for (int alive = ends.size(); alive > 0; alive--) {
            LocalProcess process = ended.take();
            if (cluster.isStopping()) {
                continue;
            }
            console.line(
                    "{} (pid {}) ended with {}; start it again with: {}",
                    new Styled(Style.RED, process.name()),
                    process.pid(),
                    process.exitCode(),
                    process.commandLine());
        }
        if (!cluster.isStopping()) {
            console.error("nothing is left running");
        }
        return ExitCode.FAILED;
    }

    private void stop() {
        LiveLine live = new LiveLine(console);
        if (!cluster.isStopping()) {
            live.show("stopping ...");
        }
        cluster.close();
        live.clear();
    }
}
