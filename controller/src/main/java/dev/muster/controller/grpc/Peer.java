package dev.muster.controller.grpc;

import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of the present call. */
final class Peer {

    static final Context.Key<String> KEY = Context.key("peer");

    private Peer() {}

    static String current() {
        String peer = KEY.get();
        return peer == null ? "unknown" : peer;
    }

    static String of(ServerCall<?, ?> call) {
        @Nullable SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        if (address instanceof InetSocketAddress internet && internet.getAddress() != null) {
            return internet.getAddress().getHostAddress() + ":" + internet.getPort();
        }
        return address == null ? "unknown" : address.toString();
    }
}
