package dev.muster.controller.grpc;

import dev.muster.controller.operations.Refusal;
import dev.muster.proto.v1.AgentServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands around every call: whatever a service throws becomes a status, and a failure is logged once, here, with its
 * stack trace if it is ours. Requests and headers never reach the log, because they may hold secrets.
 */
final class CallGuard implements ServerInterceptor {

    /** Where the leader is; set when a controller that follows refused a call and did nothing. Empty: not known yet. */
    static final Metadata.Key<String> LEADER = Metadata.Key.of("muster-leader", Metadata.ASCII_STRING_MARSHALLER);

    private static final Logger LOG = LoggerFactory.getLogger(CallGuard.class);

    private final Failures failures;

    CallGuard(Failures failures) {
        this.failures = failures;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String peer = Peer.of(call);
        GuardedCall<Q, A> guarded = new GuardedCall<>(call, peer);
        Context context = Context.current().withValue(Peer.KEY, peer);
        try {
            return new GuardedListener<>(Contexts.interceptCall(context, guarded, headers, next), guarded, failures);
        } catch (RuntimeException e) {
            guarded.close(failures.statusOf(e), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    private static final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private final String peer;
        private final AtomicBoolean closed = new AtomicBoolean();

        GuardedCall(ServerCall<Q, A> call, String peer) {
            super(call);
            this.peer = peer;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (closed.compareAndSet(false, true)) {
                log(status);
                if (status.getCause() instanceof Refusal refusal && refusal.kind() == Refusal.Kind.NOT_LEADING) {
                    trailers.put(LEADER, refusal.leader().orElse(""));
                }
                super.close(status, trailers);
            }
        }

        private void log(Status status) {
            String method = getMethodDescriptor().getFullMethodName();
            if (status.getCode() == Status.Code.INTERNAL || status.getCode() == Status.Code.UNKNOWN) {
                LOG.error("{} from {} failed: {}", method, peer, status.getDescription(), status.getCause());
            } else if (isRefusedAgent(status)) {
                LOG.info("agent at {} was refused: {} {}", peer, status.getCode(), status.getDescription());
            } else if (!status.isOk()) {
                LOG.debug("{} from {}: {} {}", method, peer, status.getCode(), status.getDescription());
            }
        }

        /** An agent has nobody in front of it to read the answer; users read theirs. */
        private boolean isRefusedAgent(Status status) {
            return AgentServiceGrpc.SERVICE_NAME.equals(getMethodDescriptor().getServiceName())
                    && !status.isOk()
                    && status.getCode() != Status.Code.CANCELLED
                    && status.getCode() != Status.Code.UNAVAILABLE;
        }
    }

    private static final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {

        private final ServerCall<Q, ?> call;
        private final Failures failures;

        GuardedListener(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call, Failures failures) {
            super(listener);
            this.call = call;
            this.failures = failures;
        }

        @Override
        public void onMessage(Q message) {
            guarded(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guarded(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guarded(super::onReady);
        }

        private void guarded(Runnable callback) {
            try {
                callback.run();
            } catch (RuntimeException e) {
                call.close(failures.statusOf(e), new Metadata());
            }
        }
    }
}
