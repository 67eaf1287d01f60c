package dev.muster.cli.local;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.JobFollower;
import dev.muster.cli.client.JobReference;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.JobProgress;
import dev.muster.cli.output.Style;
import dev.muster.cli.output.Styled;
import dev.muster.proto.v1.AttemptView;
import dev.muster.proto.v1.HostAssignment;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.JobEvent;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.Progress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Follows the demo's job, and half-way kills the agent of a host that holds ranks, as a power failure would. */
final class HostKiller implements JobFollower.Listener {

    /**
     * What was done.
     *
     * @param family the agent and the ranks it ran, as they were before
     * @param before where the job ran
     * @param checkpoint the newest one before
     * @param exitCode of the agent
     */
    record Kill(
            String host,
            List<ProcessHandle> family,
            List<HostAssignment> before,
            long step,
            long checkpoint,
            int exitCode) {}

    private final Console console;
    private final LocalCluster cluster;
    private final Controller controller;
    private final JobReference job;
    private final JobProgress progress;
    private final HostPicture picture;
    private Optional<Kill> kill = Optional.empty();
    private int drawnAttempt;

    HostKiller(
            Console console,
            LocalCluster cluster,
            Controller controller,
            JobReference job,
            JobProgress progress,
            HostPicture picture) {
        this.console = console;
        this.cluster = cluster;
        this.controller = controller;
        this.job = job;
        this.progress = progress;
        this.picture = picture;
    }

    Optional<Kill> kill() {
        return kill;
    }

    @Override
    public void event(JobEvent event) {
        progress.event(event);
    }

    @Override
    public void job(JobSummary summary) {
        progress.job(summary);
        boolean running = summary.getState() == JobState.JOB_STATE_RUNNING;
        if (running && summary.getAttempt() != drawnAttempt) {
            drawnAttempt = summary.getAttempt();
            draw();
        }
        if (running && kill.isEmpty() && isHalfWay(summary)) {
            killHost(summary.getProgress());
        }
    }

    private static boolean isHalfWay(JobSummary summary) {
        Progress progress = summary.getProgress();
        return progress.getTotalSteps() > 0
                && 2 * progress.getStep() >= progress.getTotalSteps()
                && progress.getCheckpoint() > 0;
    }

    private void killHost(Progress at) {
        List<HostAssignment> placement = placement();
        HostAssignment victim = placement.stream()
                .filter(host -> host.getNodeRank() == 1)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no host has node rank 1: " + placement));
        LocalProcess agent = cluster.agent(victim.getHost());
        List<ProcessHandle> family = agent.family();
        progress.clear();
        console.line("");
        console.line(
                "{} kill -9 {}: the agent of {}; it holds ranks {} to {}, and they die with it",
                new Styled(Style.RED, "▶"),
                agent.pid(),
                Styled.bold(victim.getHost()),
                victim.getFirstRank(),
                victim.getFirstRank() + victim.getRanks() - 1);
        agent.kill();
        agent.onExit().join();
        kill = Optional.of(
                new Kill(victim.getHost(), family, placement, at.getStep(), at.getCheckpoint(), agent.exitCode()));
        draw();
    }

    private void draw() {
        progress.clear();
        console.line("");
        picture.draw(placement(), kill.map(done -> Set.of(done.host())).orElse(Set.of()));
        console.line("");
    }

    private List<HostAssignment> placement() {
        JobDetail detail = controller.jobs(jobs -> jobs.get(job.request()));
        List<AttemptView> attempts = detail.getAttemptsList();
        return attempts.isEmpty()
                ? List.of()
                : attempts.get(attempts.size() - 1).getPlacementList();
    }

    @Override
    public void connectionLost() {
        progress.note("the controller is away");
    }

    @Override
    public void connectionBack() {
        progress.note("the controller is back");
    }
}
