package dev.muster.controller.main;

import dev.muster.proto.v1.AgentMessage;
import dev.muster.proto.v1.AgentServiceGrpc;
import dev.muster.proto.v1.ControllerMessage;
import dev.muster.proto.v1.Heartbeat;
import dev.muster.proto.v1.RankState;
import dev.muster.proto.v1.RankStatus;
import dev.muster.proto.v1.Register;
import dev.muster.proto.v1.Resources;
import dev.muster.proto.v1.RunPhase;
import dev.muster.proto.v1.RunReport;
import dev.muster.proto.v1.StartRun;
import dev.muster.proto.v1.StopRun;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Agents of several hosts in one process, each with its own connection, whose ranks are only counted. Arguments: the
 * controller's port, how long ranks take to end when told in milliseconds, the hosts. Ends when standard input does.
 */
final class SimulatedAgents {

    private static final int RANKS = 8;

    private SimulatedAgents() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        long endingMillis = Long.parseLong(arguments[1]);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        for (int index = 2; index < arguments.length; index++) {
            new Host(arguments[index], port, endingMillis, clock).connect();
        }
        while (System.in.read() >= 0) {
            // Whatever the parent says, it lives.
        }
        System.exit(0);
    }

    /** One host; everything it does happens on its connection's thread or on the clock's, one at a time. */
    private static final class Host implements StreamObserver<ControllerMessage> {
        private final String name;
        private final int port;
        private final long endingMillis;
        private final ScheduledExecutorService clock;
        private final Map<String, RunReport> runs = new HashMap<>();
        private StreamObserver<AgentMessage> controller;
        private long beats;

        Host(String name, int port, long endingMillis, ScheduledExecutorService clock) {
            this.name = name;
            this.port = port;
            this.endingMillis = endingMillis;
            this.clock = clock;
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .build();
            this.controller = AgentServiceGrpc.newStub(channel).connect(this);
        }

        synchronized void connect() {
            controller.onNext(AgentMessage.newBuilder()
                    .setRegister(Register.newBuilder()
                            .setHost(name)
                            .setAgentId(UUID.randomUUID().toString())
                            .setBootId(name)
                            .setAgentVersion("simulated")
                            .setAddress(name)
                            .setCapacity(Resources.newBuilder()
                                    .setAccelerators(RANKS)
                                    .setCpuMillis(64_000)
                                    .setMemoryBytes(1L << 40)))
                    .build());
            var unused = clock.scheduleAtFixedRate(this::beat, 1, 1, TimeUnit.SECONDS);
        }

        private synchronized void beat() {
            beats++;
            controller.onNext(AgentMessage.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setSequence(beats))
                    .build());
        }

        @Override
        public synchronized void onNext(ControllerMessage message) {
            if (message.hasStart()) {
                start(message.getStart());
            } else if (message.hasStop()) {
                stop(message.getStop());
            } else if (message.hasForget()) {
                runs.remove(message.getForget().getJobUid() + "/"
                        + message.getForget().getEpoch());
            } else if (message.hasRefused()) {
                System.err.println(
                        name + " was refused: " + message.getRefused().getReason());
            }
        }

        private void start(StartRun order) {
            RunReport.Builder report = RunReport.newBuilder()
                    .setJobUid(order.getJobUid())
                    .setEpoch(order.getEpoch())
                    .setPhase(RunPhase.RUN_PHASE_RUNNING);
            for (int rank = 0; rank < order.getRanks(); rank++) {
                report.addRanks(RankStatus.newBuilder()
                        .setRank(order.getFirstRank() + rank)
                        .setState(RankState.RANK_STATE_RUNNING));
            }
            tell(report.build());
        }

        private void stop(StopRun order) {
            RunReport present = runs.get(order.getJobUid() + "/" + order.getEpoch());
            if (present == null) {
                tell(RunReport.newBuilder()
                        .setJobUid(order.getJobUid())
                        .setEpoch(order.getEpoch())
                        .setPhase(RunPhase.RUN_PHASE_ENDED)
                        .build());
                return;
            }
            tell(present.toBuilder().setPhase(RunPhase.RUN_PHASE_STOPPING).build());
            long ending = Math.min(endingMillis, order.getTermGraceMillis());
            var unused = clock.schedule(() -> ended(present), ending, TimeUnit.MILLISECONDS);
        }

        private synchronized void ended(RunReport run) {
            RunReport.Builder report = run.toBuilder().setPhase(RunPhase.RUN_PHASE_ENDED);
            report.getRanksBuilderList().forEach(rank -> rank.setState(RankState.RANK_STATE_STOPPED));
            tell(report.build());
        }

        private void tell(RunReport report) {
            runs.put(report.getJobUid() + "/" + report.getEpoch(), report);
            controller.onNext(AgentMessage.newBuilder().setRun(report).build());
        }

        @Override
        public void onError(Throwable failure) {
            System.err.println(name + " lost the controller on port " + port + ": " + failure.getMessage());
        }

        @Override
        public void onCompleted() {
            System.err.println(name + ": the controller ended the connection");
        }
    }
}
