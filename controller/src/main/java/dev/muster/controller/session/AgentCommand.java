package dev.muster.controller.session;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.TemplateSpec;
import java.time.Duration;
import java.util.Optional;

/** What an agent is told. Each may arrive twice. */
public sealed interface AgentCommand {

    /** @param leaderTerm lets an agent tell an old leader from a new one; 0 where there can be only one controller */
    record Registered(String sessionId, Duration heartbeatInterval, Duration isolationTimeout, long leaderTerm)
            implements AgentCommand {}

    /** The stream ends after it. */
    record Refused(String reason, boolean retry) implements AgentCommand {}

    /**
     * Another controller leads, or none does yet. The stream ends after it.
     *
     * @param leader {@code HOST:PORT} of the one to register with; empty: none is known, ask here again soon
     */
    record NotLeading(Optional<String> leader) implements AgentCommand {}

    record HeartbeatAck(long sequence) implements AgentCommand {}

    record StartRun(
            String jobUid,
            long epoch,
            String namespace,
            String name,
            int nodeRank,
            int nodes,
            int firstRank,
            int ranks,
            int worldSize,
            int accelerators,
            String masterAddress,
            int masterPort,
            String topology,
            TemplateSpec template,
            Optional<String> checkpointDirectory,
            Duration isolationTimeout,
            ResourceVector resources)
            implements AgentCommand {}

    record StopRun(
            String jobUid,
            long epoch,
            String reason,
            Optional<String> checkpointSignal,
            Duration checkpointGrace,
            Duration termGrace)
            implements AgentCommand {}

    record ForgetRun(String jobUid, long epoch) implements AgentCommand {}

    record HealthAck(String id) implements AgentCommand {}

    record LogRequest(
            long requestId, String jobUid, long epoch, int rank, int tailLines, boolean follow, long creditBytes)
            implements AgentCommand {}

    record LogCredit(long requestId, long bytes) implements AgentCommand {}

    record LogCancel(long requestId) implements AgentCommand {}
}
