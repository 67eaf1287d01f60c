package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.OutputFormat;
import dev.muster.cli.output.Screen;
import dev.muster.cli.output.Styled;
import dev.muster.cli.output.TopRendering;
import dev.muster.cli.output.Words;
import dev.muster.proto.v1.ClusterReply;
import dev.muster.proto.v1.ClusterRequest;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.ListJobsRequest;
import dev.muster.proto.v1.ListNodesRequest;
import dev.muster.proto.v1.NodeState;
import dev.muster.proto.v1.NodeSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code muster top}: a live screen on a terminal, one picture elsewhere. */
final class TopCommand extends ControllerCommand {

    private static final int JOBS_SHOWN = 100;
    private static final int NODES_SHOWN = 20;
    private static final long KEY_CHECK_MILLIS = 50;

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "between two pictures (default: 2s)")
    private Duration interval = Duration.ofSeconds(2);

    TopCommand(Environment environment) {
        super(environment);
    }

    @Override
    ExitCode run(Controller controller) throws InterruptedException {
        boolean live = console().isTerminal() && options().format() == OutputFormat.TABLE;
        return live ? watch(controller) : print(picture(controller));
    }

    private ExitCode watch(Controller controller) throws InterruptedException {
        Console console = console();
        // The first picture before the screen is taken: an unreachable controller is an ordinary error.
        List<String> lines = picture(controller).lines(console, false);
        Screen screen = new Screen(console, environment().input());
        Thread restore = new Thread(screen::close, "restore-terminal");
        Runtime.getRuntime().addShutdownHook(restore);
        try (screen) {
            while (true) {
                screen.draw(lines);
                if (leftWithin(screen, interval)) {
                    return ExitCode.DONE;
                }
                lines = next(controller, console, lines);
            }
        } finally {
            removeHook(restore);
        }
    }

    /** The next picture; when the controller is away, the last one with a word about it. */
    private List<String> next(Controller controller, Console console, List<String> before) {
        try {
            return picture(controller).lines(console, false);
        } catch (CommandFailure failure) {
            if (failure.exitCode() != ExitCode.UNREACHABLE) {
                throw failure;
            }
            List<String> stale = new ArrayList<>(before);
            stale.set(0, console.render("{} {}", Styled.bold("muster"), failure.getMessage()));
            return stale;
        }
    }

    private boolean leftWithin(Screen screen, Duration duration) throws InterruptedException {
        Instant until = now().plus(duration);
        while (now().isBefore(until)) {
            if (screen.leaveWasPressed()) {
                return true;
            }
            Thread.sleep(KEY_CHECK_MILLIS);
        }
        return screen.leaveWasPressed();
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The process is ending, and the hook is what ends it well.
        }
    }

    private TopRendering picture(Controller controller) {
        ClusterReply cluster = controller.fleet(fleet -> fleet.getCluster(ClusterRequest.getDefaultInstance()));
        List<JobSummary> jobs = controller.jobs(service -> service.list(ListJobsRequest.newBuilder()
                        .setNamespace(options().givenNamespace().orElse(""))
                        .addAllStates(Arrays.stream(JobState.values())
                                .filter(TopCommand::isShown)
                                .toList())
                        .setPageSize(JOBS_SHOWN)
                        .build())
                .getJobsList());
        List<NodeSummary> ailing = cluster.getHostsReady() == cluster.getHosts()
                ? List.of()
                : controller.fleet(fleet -> fleet.listNodes(ListNodesRequest.newBuilder()
                                .addAllStates(Arrays.stream(NodeState.values())
                                        .filter(TopCommand::isAiling)
                                        .toList())
                                .setPageSize(NODES_SHOWN)
                                .build())
                        .getNodesList());
        return new TopRendering(cluster, jobs, ailing, now());
    }

    private static boolean isShown(JobState state) {
        return state != JobState.UNRECOGNIZED && state != JobState.JOB_STATE_UNSPECIFIED && !Words.isTerminal(state);
    }

    private static boolean isAiling(NodeState state) {
        return state != NodeState.UNRECOGNIZED
                && state != NodeState.NODE_STATE_UNSPECIFIED
                && state != NodeState.NODE_STATE_READY;
    }
}
