package dev.muster.controller.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code muster-controller}. */
@Command(
        name = "muster-controller",
        description = "Places gangs, watches the fleet and puts jobs back to work.",
        footer = "`muster-controller help` lists the tools that it holds besides.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ControllerOptions {

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "where the state is kept")
    private @Nullable Path data;

    @Option(names = "--cluster", paramLabel = "FILE", description = "levels, queues, maintenance and known hosts")
    private @Nullable Path cluster;

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "address to listen on (${DEFAULT-VALUE})")
    private String bind = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", description = "gRPC port, 0 for any (${DEFAULT-VALUE})")
    private int port = 7443;

    @Option(names = "--http-port", paramLabel = "PORT", description = "HTTP port, 0 for any (${DEFAULT-VALUE})")
    private int httpPort = 7480;

    @Option(
            names = "--isolation-timeout",
            paramLabel = "DURATION",
            description = "after this long without a controller, agents kill their ranks (${DEFAULT-VALUE})",
            converter = DurationOption.class)
    private Duration isolationTimeout = Duration.ofMinutes(5);

    @Option(
            names = "--heartbeat-interval",
            paramLabel = "DURATION",
            description = "how often agents report (${DEFAULT-VALUE})",
            converter = DurationOption.class)
    private Duration heartbeatInterval = Duration.ofSeconds(1);

    @Option(
            names = "--lost-after",
            paramLabel = "DURATION",
            description = "silence after which a host is lost (${DEFAULT-VALUE})",
            converter = DurationOption.class)
    private Duration lostAfter = Duration.ofSeconds(10);

    @Option(names = "--ready-file", paramLabel = "FILE", description = "written once requests are served")
    private @Nullable Path readyFile;

    @Option(names = "--exit-with-parent", description = "end when standard input is closed")
    private boolean exitWithParent;

    /** The state's directory; picocli has made sure that it was given. */
    public Path data() {
        if (data == null) {
            throw new IllegalStateException("--data is required");
        }
        return data;
    }

    public Optional<Path> cluster() {
        return Optional.ofNullable(cluster);
    }

    public String bind() {
        return bind;
    }

    public int port() {
        return port;
    }

    public int httpPort() {
        return httpPort;
    }

    public Duration isolationTimeout() {
        return isolationTimeout;
    }

    public Duration heartbeatInterval() {
        return heartbeatInterval;
    }

    public Duration lostAfter() {
        return lostAfter;
    }

    public Optional<Path> readyFile() {
        return Optional.ofNullable(readyFile);
    }

    public boolean exitWithParent() {
        return exitWithParent;
    }
}
