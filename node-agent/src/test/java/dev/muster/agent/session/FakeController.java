package dev.muster.agent.session;

import dev.muster.proto.v1.AgentMessage;
import dev.muster.proto.v1.AgentServiceGrpc;
import dev.muster.proto.v1.ControllerMessage;
import dev.muster.proto.v1.ForgetRun;
import dev.muster.proto.v1.HealthEvent;
import dev.muster.proto.v1.HeartbeatAck;
import dev.muster.proto.v1.LogChunk;
import dev.muster.proto.v1.Progress;
import dev.muster.proto.v1.Refused;
import dev.muster.proto.v1.Register;
import dev.muster.proto.v1.Registered;
import dev.muster.proto.v1.RunPhase;
import dev.muster.proto.v1.RunReport;
import dev.muster.proto.v1.StartRun;
import dev.muster.proto.v1.StopRun;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A controller on loopback that accepts every agent, records what it says, and does as the test tells it. */
public final class FakeController implements AutoCloseable {
    private final List<AgentMessage> received = new CopyOnWriteArrayList<>();
    private final List<Register> registrations = new CopyOnWriteArrayList<>();
    private final Server server;
    private final long beatMillis;
    private final long isolationMillis;
    private volatile boolean acknowledges = true;
    private volatile boolean accepts = true;
    private volatile boolean retry = true;
    private volatile Optional<String> pointsTo = Optional.empty();
    private volatile long term;
    private volatile @Nullable StreamObserver<ControllerMessage> agent;
    private final AtomicInteger goodbyes = new AtomicInteger();

    private FakeController(int port, long beatMillis, long isolationMillis) {
        this.beatMillis = beatMillis;
        this.isolationMillis = isolationMillis;
        try {
            this.server = OkHttpServerBuilder.forPort(port, InsecureServerCredentials.create())
                    .addService(new Service())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static FakeController start() {
        return new FakeController(0, 200, 300_000);
    }

    public static FakeController start(int port, long beatMillis, long isolationMillis) {
        return new FakeController(port, beatMillis, isolationMillis);
    }

    public int port() {
        return server.getPort();
    }

    public String address() {
        return "127.0.0.1:" + port();
    }

    /** From now on heartbeats get no answer, as when the network swallows everything. */
    public void fallSilent() {
        acknowledges = false;
    }

    public void refuse(boolean mayRetry) {
        accepts = false;
        retry = mayRetry;
    }

    public void accept() {
        accepts = true;
        pointsTo = Optional.empty();
    }

    /** It follows: agents are sent there, or to nobody. */
    public void follow(String leader) {
        pointsTo = Optional.of(leader);
    }

    public void lead(long inTerm) {
        term = inTerm;
        accept();
    }

    public List<Register> registrations() {
        return registrations;
    }

    public int goodbyes() {
        return goodbyes.get();
    }

    /** Ends the stream of the agent; it is free to come back. */
    public void hangUp() {
        StreamObserver<ControllerMessage> stream = agent;
        if (stream != null) {
            stream.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException());
        }
    }

    public void start(StartRun start) {
        send(message -> message.setStart(start));
    }

    public void stop(StopRun stop) {
        send(message -> message.setStop(stop));
    }

    public void forget(String jobUid, long epoch) {
        send(message ->
                message.setForget(ForgetRun.newBuilder().setJobUid(jobUid).setEpoch(epoch)));
    }

    public void send(Consumer<ControllerMessage.Builder> fill) {
        ControllerMessage.Builder message = ControllerMessage.newBuilder();
        fill.accept(message);
        StreamObserver<ControllerMessage> stream = agent;
        if (stream == null) {
            throw new IllegalStateException("no agent is connected");
        }
        synchronized (this) {
            stream.onNext(message.build());
        }
    }

    public List<AgentMessage> received() {
        return received;
    }

    public List<RunReport> reports(String jobUid, long epoch) {
        return received.stream()
                .filter(AgentMessage::hasRun)
                .map(AgentMessage::getRun)
                .filter(run -> run.getJobUid().equals(jobUid) && run.getEpoch() == epoch)
                .toList();
    }

    public Optional<RunReport> latest(String jobUid, long epoch) {
        return reports(jobUid, epoch).stream().reduce((before, after) -> after);
    }

    public boolean isIn(RunPhase phase, String jobUid, long epoch) {
        return latest(jobUid, epoch).filter(run -> run.getPhase() == phase).isPresent();
    }

    public List<Progress> progress() {
        return received.stream()
                .filter(AgentMessage::hasProgress)
                .map(message -> message.getProgress().getProgress())
                .toList();
    }

    public List<HealthEvent> health() {
        return received.stream()
                .filter(AgentMessage::hasHealth)
                .map(AgentMessage::getHealth)
                .toList();
    }

    public List<LogChunk> log(long requestId) {
        return received.stream()
                .filter(AgentMessage::hasLog)
                .map(AgentMessage::getLog)
                .filter(chunk -> chunk.getRequestId() == requestId)
                .toList();
    }

    public String text(long requestId) {
        StringBuilder text = new StringBuilder();
        log(requestId).forEach(chunk -> text.append(chunk.getData().toStringUtf8()));
        return text.toString();
    }

    /** Dies like a killed process: the connection breaks without a word. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Service extends AgentServiceGrpc.AgentServiceImplBase {
        @Override
        public StreamObserver<AgentMessage> connect(StreamObserver<ControllerMessage> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(AgentMessage message) {
                    received.add(message);
                    if (message.hasRegister()) {
                        register(message.getRegister(), responses);
                    } else if (message.hasHeartbeat() && acknowledges) {
                        ControllerMessage.Builder answer = ControllerMessage.newBuilder();
                        answer.setHeartbeatAck(HeartbeatAck.newBuilder()
                                .setSequence(message.getHeartbeat().getSequence()));
                        synchronized (FakeController.this) {
                            responses.onNext(answer.build());
                        }
                    }
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    goodbyes.incrementAndGet();
                    responses.onCompleted();
                }
            };
        }

        private void register(Register register, StreamObserver<ControllerMessage> responses) {
            registrations.add(register);
            synchronized (FakeController.this) {
                Optional<String> leader = pointsTo;
                if (leader.isPresent()) {
                    responses.onNext(ControllerMessage.newBuilder()
                            .setRefused(Refused.newBuilder()
                                    .setReason("this controller follows")
                                    .setRetry(true)
                                    .setFollower(true)
                                    .setLeader(leader.get()))
                            .build());
                    responses.onCompleted();
                    return;
                }
                if (!accepts) {
                    responses.onNext(ControllerMessage.newBuilder()
                            .setRefused(
                                    Refused.newBuilder().setReason("not today").setRetry(retry))
                            .build());
                    responses.onCompleted();
                    return;
                }
                agent = responses;
                responses.onNext(ControllerMessage.newBuilder()
                        .setRegistered(Registered.newBuilder()
                                .setSessionId("s" + registrations.size())
                                .setHeartbeatIntervalMillis(beatMillis)
                                .setLeaderTerm(term)
                                .setIsolationTimeoutMillis(isolationMillis))
                        .build());
            }
        }
    }
}
