package dev.muster.controller.codec;

import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentCommand.ForgetRun;
import dev.muster.controller.session.AgentCommand.HealthAck;
import dev.muster.controller.session.AgentCommand.HeartbeatAck;
import dev.muster.controller.session.AgentCommand.LogCancel;
import dev.muster.controller.session.AgentCommand.LogCredit;
import dev.muster.controller.session.AgentCommand.LogRequest;
import dev.muster.controller.session.AgentCommand.NotLeading;
import dev.muster.controller.session.AgentCommand.Refused;
import dev.muster.controller.session.AgentCommand.Registered;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentCommand.StopRun;
import dev.muster.proto.v1.ControllerMessage;

/** What agents are told. */
public final class AgentCommandCodec {

    private AgentCommandCodec() {}

    public static ControllerMessage write(AgentCommand command) {
        ControllerMessage.Builder message = ControllerMessage.newBuilder();
        if (command instanceof HeartbeatAck ack) {
            message.getHeartbeatAckBuilder().setSequence(ack.sequence());
        } else if (command instanceof StartRun start) {
            message.setStart(write(start));
        } else if (command instanceof StopRun stop) {
            message.setStop(write(stop));
        } else if (command instanceof ForgetRun forget) {
            message.getForgetBuilder().setJobUid(forget.jobUid()).setEpoch(forget.epoch());
        } else if (command instanceof Registered registered) {
            message.setRegistered(write(registered));
        } else if (command instanceof Refused refused) {
            message.getRefusedBuilder().setReason(refused.reason()).setRetry(refused.retry());
        } else if (command instanceof NotLeading follower) {
            message.setRefused(write(follower));
        } else if (command instanceof HealthAck ack) {
            message.getHealthAckBuilder().setId(ack.id());
        } else {
            return writeLog(command, message);
        }
        return message.build();
    }

    private static ControllerMessage writeLog(AgentCommand command, ControllerMessage.Builder message) {
        if (command instanceof LogRequest request) {
            message.setLogRequest(write(request));
        } else if (command instanceof LogCredit credit) {
            message.getLogCreditBuilder().setRequestId(credit.requestId()).setBytes(credit.bytes());
        } else if (command instanceof LogCancel cancel) {
            message.getLogCancelBuilder().setRequestId(cancel.requestId());
        } else {
            throw new IllegalArgumentException(
                    "no message for " + command.getClass().getName());
        }
        return message.build();
    }

    private static dev.muster.proto.v1.Registered write(Registered registered) {
        return dev.muster.proto.v1.Registered.newBuilder()
                .setSessionId(registered.sessionId())
                .setHeartbeatIntervalMillis(registered.heartbeatInterval().toMillis())
                .setIsolationTimeoutMillis(registered.isolationTimeout().toMillis())
                .setLeaderTerm(registered.leaderTerm())
                .build();
    }

    private static dev.muster.proto.v1.Refused write(NotLeading follower) {
        return dev.muster.proto.v1.Refused.newBuilder()
                .setReason(follower.leader()
                        .map(leader -> "this controller follows; the leader is at " + leader)
                        .orElse("this controller follows, and no leader is known yet"))
                .setRetry(true)
                .setFollower(true)
                .setLeader(follower.leader().orElse(""))
                .build();
    }

    private static dev.muster.proto.v1.StartRun write(StartRun start) {
        return dev.muster.proto.v1.StartRun.newBuilder()
                .setJobUid(start.jobUid())
                .setEpoch(start.epoch())
                .setNamespace(start.namespace())
                .setName(start.name())
                .setAttempt((int) start.epoch())
                .setNodeRank(start.nodeRank())
                .setNodes(start.nodes())
                .setFirstRank(start.firstRank())
                .setRanks(start.ranks())
                .setWorldSize(start.worldSize())
                .setAccelerators(start.accelerators())
                .setMasterAddress(start.masterAddress())
                .setMasterPort(start.masterPort())
                .setTopology(start.topology())
                .setTemplate(TemplateCodec.write(start.template()))
                .setCheckpointDirectory(start.checkpointDirectory().orElse(""))
                .setIsolationTimeoutMillis(start.isolationTimeout().toMillis())
                .setResources(ResourceCodec.write(start.resources()))
                .build();
    }

    private static dev.muster.proto.v1.StopRun write(StopRun stop) {
        return dev.muster.proto.v1.StopRun.newBuilder()
                .setJobUid(stop.jobUid())
                .setEpoch(stop.epoch())
                .setReason(stop.reason())
                .setCheckpointSignal(stop.checkpointSignal().orElse(""))
                .setCheckpointGraceMillis(stop.checkpointGrace().toMillis())
                .setTermGraceMillis(stop.termGrace().toMillis())
                .build();
    }

    private static dev.muster.proto.v1.LogRequest write(LogRequest request) {
        return dev.muster.proto.v1.LogRequest.newBuilder()
                .setRequestId(request.requestId())
                .setJobUid(request.jobUid())
                .setEpoch(request.epoch())
                .setRank(request.rank())
                .setTailLines(request.tailLines())
                .setFollow(request.follow())
                .setCreditBytes(request.creditBytes())
                .build();
    }
}
