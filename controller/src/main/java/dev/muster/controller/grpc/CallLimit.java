package dev.muster.controller.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Bounds the calls that are open at once, so that a crowd of clients costs itself and not the fleet: agents and everybody
 * else have separate bounds.
 */
final class CallLimit implements ServerInterceptor {

    private final Predicate<String> counts;
    private final int max;
    private final String what;
    private final AtomicInteger open = new AtomicInteger();

    private CallLimit(Predicate<String> counts, int max, String what) {
        this.counts = counts;
        this.max = max;
        this.what = what;
    }

    static CallLimit of(String serviceName, int max, String what) {
        return new CallLimit(serviceName::equals, max, what);
    }

    static CallLimit ofAllBut(List<String> serviceNames, int max, String what) {
        return new CallLimit(service -> !serviceNames.contains(service), max, what);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String service = String.valueOf(call.getMethodDescriptor().getServiceName());
        if (!counts.test(service)) {
            return next.startCall(call, headers);
        }
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            call.close(
                    Status.RESOURCE_EXHAUSTED.withDescription("more than " + max + " " + what + "; try again later"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        try {
            return new CountedListener<>(next.startCall(call, headers));
        } catch (RuntimeException e) {
            open.decrementAndGet();
            throw e;
        }
    }

    /** gRPC calls exactly one of the two ends, once. */
    private final class CountedListener<Q> extends SimpleForwardingServerCallListener<Q> {

        CountedListener(ServerCall.Listener<Q> listener) {
            super(listener);
        }

        @Override
        public void onComplete() {
            open.decrementAndGet();
            super.onComplete();
        }

        @Override
        public void onCancel() {
            open.decrementAndGet();
            super.onCancel();
        }
    }
}
