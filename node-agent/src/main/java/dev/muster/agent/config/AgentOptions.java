package dev.muster.agent.config;

import dev.muster.agent.device.ByteSize;
import dev.muster.agent.session.ControllerAddress;
import dev.muster.agent.session.Controllers;
import dev.muster.agent.time.BootClock;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code muster-agent} as they are written. */
@Command(
        name = "muster-agent",
        description = "Runs the ranks of gangs on this host and watches its accelerators.",
        sortOptions = false)
public final class AgentOptions {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");
    private static final Pattern MEMORY_TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
    private static final int MAX_PORT = 65535;
    private static final int MAX_CPUS = 1_000_000;
    private static final long SMALLEST_LOG_BYTES = 4096;

    @Option(
            names = "--controller",
            required = true,
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Controllers, tried in turn.")
    private List<String> controllers = List.of();

    @Mixin
    private final TlsOptions tls = new TlsOptions();

    @Option(names = "--host", paramLabel = "NAME", description = "Name of this host in the cluster; default: its own.")
    private @Nullable String host;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Where output and state are kept.")
    private String data = "";

    @Option(
            names = "--address",
            paramLabel = "ADDR",
            description = "Where ranks on other hosts reach this one; default: the host name, where it resolves.")
    private @Nullable String address;

    @Option(names = "--http-port", paramLabel = "P", description = "Metrics and health; 0: a free port; default: 7481.")
    private int httpPort = 7481;

    @Option(names = "--http-bind", paramLabel = "ADDR", description = "Default: 127.0.0.1.")
    private String httpBind = "127.0.0.1";

    @Option(
            names = "--path",
            split = ",",
            paramLabel = "DOMAIN",
            description = "Domains of this host, outermost first, as z1,b1,r1.")
    private List<String> path = List.of();

    @Option(names = "--devices", paramLabel = "KIND", description = "auto, nvidia, none or fake:FILE; default: auto.")
    private String devices = "auto";

    @Option(names = "--cpus", paramLabel = "N", description = "Default: all of this machine.")
    private @Nullable BigDecimal cpus;

    @Option(names = "--memory", paramLabel = "SIZE", description = "As 64Gi; default: all of this machine.")
    private @Nullable String memory;

    @Option(names = "--accelerator-type", paramLabel = "T", description = "Default: what the devices say.")
    private @Nullable String acceleratorType;

    @Option(names = "--label", paramLabel = "K=V", description = "May be given more than once.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--kernel-log",
            paramLabel = "FILE",
            description = "Followed for device errors; default with real devices: /dev/kmsg.")
    private @Nullable String kernelLog;

    @Option(names = "--log-limit", paramLabel = "SIZE", description = "Output kept of each rank; default: 10MiB.")
    private String logLimit = "10MiB";

    @Option(
            names = "--observe",
            description =
                    "Run nothing: only tell faults and readings of this node of Kubernetes, and how far pods are.")
    private boolean observe;

    @Option(
            names = "--pods-dir",
            paramLabel = "DIR",
            description = "With --observe: the kubelet's folder of pods; default: /var/lib/kubelet/pods.")
    private String podsDirectory = "/var/lib/kubelet/pods";

    @Option(names = "--ready-file", paramLabel = "FILE", description = "Written when the agent has registered.")
    private @Nullable String readyFile;

    @Option(names = "--exit-with-parent", description = "End when standard input is closed.")
    private boolean exitWithParent;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    /** Whether the process ends when the one that started it does. */
    public boolean exitsWithParent() {
        return exitWithParent;
    }

    public boolean isHelpWanted() {
        return help;
    }

    /**
     * Checks the options and fills in what the machine knows.
     *
     * @throws IllegalArgumentException with one line: what, which value, what to do
     */
    public AgentConfig check() {
        String name = host == null ? machineName() : named("--host", host);
        if (httpPort < 0 || httpPort > MAX_PORT) {
            throw new IllegalArgumentException("--http-port " + httpPort + " is no port; give 0 to " + MAX_PORT);
        }
        long logLimitBytes = size("--log-limit", logLimit);
        if (logLimitBytes < SMALLEST_LOG_BYTES) {
            throw new IllegalArgumentException("--log-limit " + logLimit + " is too little; give 4Ki or more");
        }
        path.forEach(domain -> named("--path", domain));
        return new AgentConfig(
                new Controllers(
                        controllers.stream().map(AgentOptions::controller).toList(),
                        tls.check(BootClock.systemClocks().monotonicNanos())),
                name,
                path("--data", data),
                Optional.ofNullable(address).filter(given -> !given.isBlank()),
                httpBind,
                httpPort,
                path,
                devices(),
                cpuMillis(),
                memory == null ? machineMemoryBytes() : size("--memory", memory),
                Optional.ofNullable(acceleratorType).map(type -> named("--accelerator-type", type)),
                labels,
                Optional.ofNullable(kernelLog).map(file -> path("--kernel-log", file)),
                logLimitBytes,
                observe ? Optional.of(path("--pods-dir", podsDirectory)) : Optional.empty(),
                Optional.ofNullable(readyFile).map(file -> path("--ready-file", file)));
    }

    private AgentConfig.Devices devices() {
        return switch (devices) {
            case "auto" -> new AgentConfig.Devices.Auto();
            case "none" -> new AgentConfig.Devices.None();
            case "nvidia" -> new AgentConfig.Devices.Nvidia();
            default -> {
                if (devices.startsWith("fake:") && devices.length() > "fake:".length()) {
                    yield new AgentConfig.Devices.Fake(path("--devices", devices.substring("fake:".length())));
                }
                throw new IllegalArgumentException(
                        "--devices \"" + devices + "\" is unknown; choose auto, nvidia, none or fake:FILE");
            }
        };
    }

    private long cpuMillis() {
        if (cpus == null) {
            return 1000L * Runtime.getRuntime().availableProcessors();
        }
        if (cpus.signum() <= 0 || cpus.compareTo(BigDecimal.valueOf(MAX_CPUS)) > 0) {
            throw new IllegalArgumentException("--cpus " + cpus + " is no number of cores; give more than 0");
        }
        return cpus.movePointRight(3).longValue();
    }

    private static ControllerAddress controller(String text) {
        try {
            return ControllerAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--controller: " + e.getMessage(), e);
        }
    }

    private static long size(String option, String text) {
        try {
            return ByteSize.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static Path path(String option, String text) {
        try {
            if (text.isBlank()) {
                throw new IllegalArgumentException(option + " is empty; give a path");
            }
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(option + " \"" + text + "\" is no path; give another", e);
        }
    }

    private static String named(String option, String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    option + " \"" + text + "\" is no name; use letters, digits, dots, dashes and underscores");
        }
        return text;
    }

    private static String machineName() {
        try {
            return named(
                    "the machine's name; give another with --host:",
                    InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the machine's name is unknown; give one with --host", e);
        }
    }

    private static long machineMemoryBytes() {
        try {
            return MEMORY_TOTAL
                    .matcher(Files.readString(Path.of("/proc/meminfo")))
                    .results()
                    .mapToLong(match -> Long.parseLong(match.group(1)) << 10)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("the machine's memory is unknown; give --memory"));
        } catch (IOException e) {
            throw new IllegalArgumentException("the machine's memory is unknown; give it with --memory", e);
        }
    }
}
