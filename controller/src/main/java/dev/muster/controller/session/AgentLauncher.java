package dev.muster.controller.session;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.session.AgentCommand.ForgetRun;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentCommand.StopRun;
import dev.muster.controller.state.Effect;
import dev.muster.controller.state.Effect.StopGang;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.workload.WorkloadLauncher;
import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs gangs through the agents' streams. Commands to hosts that are not connected are not kept: when such a host
 * registers, {@link #missed} derives them from the records again.
 */
public final class AgentLauncher implements WorkloadLauncher {

    /** For ranks that hold nothing worth a longer goodbye. */
    private static final Duration STRAY_TERM_GRACE = Duration.ofSeconds(2);

    private final ClusterModel model;
    private final Duration isolationTimeout;
    private final Map<String, AgentSession> sessions = new HashMap<>();

    public AgentLauncher(ClusterModel model, Duration isolationTimeout) {
        this.model = model;
        this.isolationTimeout = isolationTimeout;
    }

    /** By host; belongs to the loop thread. */
    Map<String, AgentSession> sessions() {
        return sessions;
    }

    @Override
    public Runnable start(JobRecord job, PlacementRecord placement) {
        Map<HostAssignment, AgentSession> present = new LinkedHashMap<>();
        for (HostAssignment assignment : placement.hosts()) {
            Optional.ofNullable(sessions.get(assignment.host())).ifPresent(session -> present.put(assignment, session));
        }
        // A session that has ended by then drops it, and what replaced it was caught up when it registered.
        return () -> present.forEach((assignment, session) -> session.send(startRun(job, placement, assignment)));
    }

    @Override
    public void stop(JobRecord job, PlacementRecord placement, StopGang manner) {
        for (HostAssignment assignment : placement.hosts()) {
            send(assignment.host(), stopRun(job, placement.attempt(), manner));
        }
    }

    @Override
    public void forget(PlacementRecord placement) {
        for (HostAssignment assignment : placement.hosts()) {
            forget(assignment.host(), placement.jobUid(), placement.attempt());
        }
    }

    @Override
    public void stop(String host, String jobUid, int epoch, String why) {
        send(host, new StopRun(jobUid, epoch, why, Optional.empty(), Duration.ZERO, STRAY_TERM_GRACE));
    }

    @Override
    public void forget(String host, String jobUid, int epoch) {
        send(host, new ForgetRun(jobUid, epoch));
    }

    /** A run that an agent holds. */
    record Held(String jobUid, int epoch) {}

    /**
     * What a host that came back in the same life must hear.
     *
     * @param commands starts that were lost, stops that were lost
     * @param jobsWithoutRanks jobs whose ranks ran on the host and are not there any more
     */
    record Missed(List<AgentCommand> commands, Set<String> jobsWithoutRanks) {}

    Missed missed(String host, Collection<Held> held) {
        List<AgentCommand> commands = new ArrayList<>();
        Set<String> jobsWithoutRanks = new HashSet<>();
        for (PlacementRecord placement : model.activeOn(host)) {
            Optional<JobRecord> job = model.jobByUid(placement.jobUid())
                    .filter(record -> record.status().attempt() == placement.attempt());
            Optional<HostAssignment> part = placement.hosts().stream()
                    .filter(assignment -> assignment.host().equals(host))
                    .findFirst();
            if (job.isEmpty() || part.isEmpty()) {
                continue;
            }
            if (job.get().phase() == JobPhase.STOPPING) {
                commands.add(stopAgain(job.get(), placement));
            } else if (!held.contains(new Held(placement.jobUid(), placement.attempt()))) {
                if (job.get().phase() == JobPhase.RUNNING) {
                    jobsWithoutRanks.add(placement.jobUid());
                } else {
                    commands.add(startRun(job.get(), placement, part.get()));
                }
            }
        }
        return new Missed(commands, jobsWithoutRanks);
    }

    /** As it was said the first time: a shorter grace would cut off the checkpoint that is being saved. */
    private static StopRun stopAgain(JobRecord job, PlacementRecord placement) {
        for (Effect effect : JobLifecycle.resume(job, Optional.of(placement))) {
            if (effect instanceof StopGang manner) {
                return stopRun(job, placement.attempt(), manner);
            }
        }
        throw new IllegalStateException("job " + job.key() + " is STOPPING but nothing says how");
    }

    private void send(String host, AgentCommand command) {
        AgentSession session = sessions.get(host);
        if (session != null) {
            session.send(command);
        }
    }

    private static StopRun stopRun(JobRecord job, int epoch, StopGang manner) {
        Optional<CheckpointSpec> checkpoint = job.spec().checkpoint().filter(spec -> manner.checkpointFirst());
        return new StopRun(
                job.uid(),
                epoch,
                job.status().stopping().map(cause -> cause.message()).orElse("stopped"),
                checkpoint.flatMap(CheckpointSpec::signal),
                checkpoint.map(CheckpointSpec::grace).orElse(Duration.ZERO),
                manner.termGrace());
    }

    private StartRun startRun(JobRecord job, PlacementRecord placement, HostAssignment part) {
        return new StartRun(
                job.uid(),
                placement.attempt(),
                job.key().namespace(),
                job.key().name(),
                part.nodeRank(),
                placement.hosts().size(),
                part.firstRank(),
                part.ranks(),
                placement.worldSize(),
                Math.toIntExact(job.spec().gang().perHost().amount(ResourceVector.ACCELERATORS)),
                placement.masterAddress(),
                placement.masterPort(),
                String.join("/", part.path()) + (part.path().isEmpty() ? "" : "/") + part.host(),
                job.spec().template(),
                job.spec().checkpoint().map(CheckpointSpec::directory),
                job.spec().restart().isolationTimeout().orElse(isolationTimeout),
                job.spec().gang().perHost());
    }
}
