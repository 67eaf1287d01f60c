package dev.muster.cli.client;

import dev.muster.security.HandshakeProbe;
import dev.muster.security.TlsClient;
import dev.muster.security.TlsMaterial;
import io.grpc.ChannelCredentials;
import io.grpc.ConnectivityState;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which of a cluster's controllers to ask next: the one that a follower pointed to, or else the next in order. A follower that
 * knows of no leader is asked a few times, since an election is soon over, and then the next: it may be cut off from the store.
 */
final class Connections implements AutoCloseable {

    /** A topology or a page of a thousand jobs stays far below; more would be a mistake of the other side. */
    private static final int LARGEST_MESSAGE_BYTES = 64 << 20;
    /** A host that is down swallows everything; where there are others it must not use up the command's time. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    private static final Duration KEEP_ALIVE_LIMIT = Duration.ofSeconds(5);
    private static final int LEADERLESS_ANSWERS = 4;

    private static final Metadata.Key<String> LEADER =
            Metadata.Key.of("muster-leader", Metadata.ASCII_STRING_MARSHALLER);

    private final Servers servers;
    private final Optional<TlsClient> tls;
    private final Map<ServerAddress, ManagedChannel> channels = new HashMap<>();
    private int turn;
    private int leaderlessAnswers;
    private @Nullable ServerAddress pointedTo;
    private boolean metFollower;

    /** @param tls how controllers are spoken to; empty: in plain text */
    Connections(Servers servers, Optional<TlsClient> tls) {
        this.servers = servers;
        this.tls = tls;
    }

    /** A channel to whom to ask now; waiting between attempts is the business of the caller. */
    ManagedChannel channel() {
        ServerAddress address = pointedTo == null
                ? servers.addresses().get(turn % servers.addresses().size())
                : pointedTo;
        ManagedChannel channel = channels.computeIfAbsent(address, this::open);
        channel.resetConnectBackoff();
        if (mayFindAnother()) {
            requireConnected(channel, address, pointedTo != null);
        }
        return channel;
    }

    private ManagedChannel open(ServerAddress address) {
        OkHttpChannelBuilder builder = OkHttpChannelBuilder.forAddress(address.host(), address.port(), credentials());
        tls.flatMap(TlsClient::serverName).ifPresent(builder::overrideAuthority);
        return builder.directExecutor()
                .disableRetry()
                // What is followed may be silent for hours; a host that lost its power is silent too.
                .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .maxInboundMessageSize(LARGEST_MESSAGE_BYTES)
                .build();
    }

    private ChannelCredentials credentials() {
        if (tls.isEmpty()) {
            return InsecureChannelCredentials.create();
        }
        TlsMaterial material = tls.get().material();
        TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
        material.identity().ifPresent(builder::keyManager);
        material.authority().ifPresent(builder::trustManager);
        return builder.build();
    }

    /** Whether the two sides do not agree about TLS, at the first of the addresses asked where that is so; in one line. */
    Optional<String> disagreement() {
        return channels.keySet().stream()
                .sorted(Comparator.comparing(ServerAddress::toString))
                .flatMap(address -> HandshakeProbe.diagnose(address.host(), address.port(), tls).stream()
                        .map(why -> "controller at " + address + ": " + why))
                .findFirst();
    }

    private static void requireConnected(ManagedChannel channel, ServerAddress address, boolean pointedThere) {
        long deadlineNanos = System.nanoTime() + CONNECT_LIMIT.toNanos();
        boolean tried = false;
        ConnectivityState state = channel.getState(true);
        while (state != ConnectivityState.READY) {
            tried |= state == ConnectivityState.CONNECTING;
            long leftNanos = deadlineNanos - System.nanoTime();
            if ((tried && state == ConnectivityState.TRANSIENT_FAILURE)
                    || leftNanos <= 0
                    || !hasChanged(channel, state, leftNanos)) {
                throw Status.UNAVAILABLE
                        .withDescription(
                                pointedThere
                                        ? "the leader at " + address + " cannot be reached from here; check the network"
                                                + " and that controller's --advertise"
                                        : "no connection to " + address)
                        .withCause(new NeverSent(pointedThere))
                        .asRuntimeException();
            }
            state = channel.getState(true);
        }
    }

    private static boolean hasChanged(ManagedChannel channel, ConnectivityState from, long leftNanos) {
        CountDownLatch changed = new CountDownLatch(1);
        channel.notifyWhenStateChanged(from, changed::countDown);
        try {
            return changed.await(leftNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Marks a call that no controller can have seen. */
    private static final class NeverSent extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean toLeader;

        /** @param toLeader whether a follower had pointed there */
        NeverSent(boolean toLeader) {
            this.toLeader = toLeader;
        }
    }

    /** Whether the call that failed so cannot have changed anything. */
    static boolean nothingWasDone(StatusRuntimeException failure) {
        return leader(failure).isPresent() || failure.getStatus().getCause() instanceof NeverSent;
    }

    /** Whether the failure's own words are the best that can be told: what a follower said, or where it pointed in vain. */
    static boolean saysWhere(StatusRuntimeException failure) {
        return leader(failure).isPresent()
                || (failure.getStatus().getCause() instanceof NeverSent unsent && unsent.toLeader);
    }

    /** Whether a controller spoke, and it follows. */
    static boolean isOfFollower(StatusRuntimeException failure) {
        return leader(failure).isPresent();
    }

    /** What a follower said instead of an answer: where the leader is, or nothing where it knows of none. */
    private static Optional<String> leader(StatusRuntimeException failure) {
        return Optional.ofNullable(failure.getTrailers()).map(trailers -> trailers.get(LEADER));
    }

    /** Decides whom to ask next, from how the last call failed. */
    void learn(StatusRuntimeException failure) {
        Optional<String> leader = leader(failure);
        if (leader.isPresent()) {
            metFollower = true;
            pointedTo = leader.filter(text -> !text.isEmpty())
                    .map(text -> ServerAddress.parse(text, "the leader's address"))
                    .orElse(null);
            leaderlessAnswers += pointedTo == null ? 1 : 0;
            if (leaderlessAnswers >= LEADERLESS_ANSWERS) {
                takeNext();
            }
        } else if (StatusFailures.mayPass(failure)) {
            if (pointedTo == null) {
                takeNext();
            }
            pointedTo = null;
        }
    }

    private void takeNext() {
        turn++;
        leaderlessAnswers = 0;
    }

    /** Whether another attempt may find another controller; with one that nobody stands beside, it is away. */
    boolean mayFindAnother() {
        return metFollower || !servers.isOne();
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
