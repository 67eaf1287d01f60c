package dev.muster.agent.main;

import dev.muster.agent.session.SessionObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells whoever started the agent that it has registered, through a file that appears whole. Passes on the rest. */
final class ReadyFile implements SessionObserver {
    private static final Logger LOG = LoggerFactory.getLogger(ReadyFile.class);

    private final Optional<Path> file;
    private final String host;
    private final int httpPort;
    private final SessionObserver next;
    private boolean written;

    ReadyFile(Optional<Path> file, String host, int httpPort, SessionObserver next) {
        this.file = file;
        this.host = host;
        this.httpPort = httpPort;
        this.next = next;
    }

    @Override
    public void registered() {
        next.registered();
        if (file.isPresent() && !written) {
            written = true;
            write(file.get());
        }
    }

    @Override
    public void disconnected() {
        next.disconnected();
    }

    @Override
    public void heartbeatSent() {
        next.heartbeatSent();
    }

    @Override
    public void heartbeatAcknowledged(long roundTripNanos) {
        next.heartbeatAcknowledged(roundTripNanos);
    }

    @Override
    public void isolationKill() {
        next.isolationKill();
    }

    private void write(Path path) {
        try {
            Path fresh = path.resolveSibling(path.getFileName() + ".new");
            Files.writeString(
                    fresh, "host=" + host + "\npid=" + ProcessHandle.current().pid() + "\nhttpPort=" + httpPort + "\n");
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("cannot write the ready file {}: {}", path, e.getMessage());
        }
    }
}
