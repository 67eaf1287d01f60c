package dev.muster.controller.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of {@code muster-controller}. */
@Command(
        name = "muster-controller",
        description = "Places gangs, watches the fleet and puts jobs back to work.",
        footer = "`muster-controller help` lists the tools that it holds besides.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ControllerOptions {

    @Option(names = "--data", paramLabel = "DIR", description = "keep the state in this directory")
    private @Nullable Path data;

    @Option(
            names = "--store",
            paramLabel = "etcd://HOST:PORT,...",
            description = "or keep it in etcd, for several controllers")
    private @Nullable String store;

    @Mixin
    private final EtcdOptions etcd = new EtcdOptions();

    @Mixin
    private final KubernetesOptions kubernetes = new KubernetesOptions();

    @Option(names = "--cluster", paramLabel = "FILE", description = "levels, queues, maintenance and known hosts")
    private @Nullable Path cluster;

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "address to listen on (${DEFAULT-VALUE})")
    private String bind = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", description = "gRPC port, 0 for any (${DEFAULT-VALUE})")
    private int port = 7443;

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            description = "where others reach the gRPC port, if not at --bind and --port")
    private @Nullable String advertise;

    @Mixin
    private final TlsOptions tls = new TlsOptions();

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

    /** Where the state is kept. */
    public StoreAddress store() throws ConfigProblem {
        if ((data == null) == (store == null)) {
            throw new ConfigProblem((data == null ? "nowhere to keep the state" : "two places to keep the state")
                    + "; give one of --data DIR and --store etcd://HOST:PORT,...");
        }
        return data != null ? new StoreAddress.Directory(data) : StoreAddress.of(String.valueOf(store));
    }

    public EtcdOptions etcd() {
        return etcd;
    }

    public KubernetesOptions kubernetes() {
        return kubernetes;
    }

    /** @throws ConfigProblem where the cluster is described elsewhere */
    public Optional<Path> cluster() throws ConfigProblem {
        if (cluster != null && kubernetes.isEnabled()) {
            throw new ConfigProblem(
                    "--cluster " + cluster + " does not go with --kubernetes: there the objects ClusterTopology"
                            + " and Queue describe the cluster; leave one of them out");
        }
        return Optional.ofNullable(cluster);
    }

    public String bind() {
        return bind;
    }

    public int port() {
        return port;
    }

    /** Where agents and users are sent when this controller leads. */
    public Optional<String> advertise() {
        return Optional.ofNullable(advertise);
    }

    public TlsOptions tls() {
        return tls;
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
