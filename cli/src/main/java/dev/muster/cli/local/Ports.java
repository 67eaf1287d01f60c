package dev.muster.cli.local;

import dev.muster.cli.output.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of the loopback interface. */
final class Ports {

    private Ports() {}

    /** Some port that nothing listens on. Another process may still be faster; then the start says so. */
    static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw CommandFailure.failed("there is no free port: " + failure.getMessage());
        }
    }

    /** Says early and clearly what the controller would say late. */
    static void requireFree(int port, String option) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException taken) {
            throw CommandFailure.failed("port " + port + " is in use; stop what listens there (`ss -ltnp` names it), or"
                    + " choose another with " + option);
        }
    }
}
