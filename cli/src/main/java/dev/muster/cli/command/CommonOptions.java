package dev.muster.cli.command;

import dev.muster.cli.client.ClientConfiguration;
import dev.muster.cli.client.Controller;
import dev.muster.cli.client.Pause;
import dev.muster.cli.client.Servers;
import dev.muster.cli.client.TlsChoice;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.OutputFormat;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every verb takes, before or after its name. */
final class CommonOptions {

    /** Those that take a value in the next word; the search for the verb must step over it. */
    static final Set<String> WITH_VALUE = Set.of(
            "-o",
            "--output",
            "--server",
            "-n",
            "--namespace",
            "--timeout",
            "--tls-ca",
            "--tls-cert",
            "--tls-key",
            "--tls-server-name");

    private static final String DEFAULT_NAMESPACE = "default";

    @Option(
            names = {"-o", "--output"},
            order = 101,
            paramLabel = "FORMAT",
            converter = OutputFormatConverter.class,
            description = "table, wide, json, yaml or name")
    private OutputFormat format = OutputFormat.TABLE;

    @Option(
            names = "--server",
            order = 102,
            paramLabel = "HOST:PORT,...",
            description =
                    "the controllers, any of them; also MUSTER_SERVER, or the context in ~/.config/muster/config.yaml")
    private @Nullable String server;

    @Option(
            names = {"-n", "--namespace"},
            order = 103,
            paramLabel = "NAME",
            description = "the namespace of jobs; also MUSTER_NAMESPACE, or the context's")
    private @Nullable String namespace;

    @Option(names = "--no-color", order = 104, description = "no colours; also NO_COLOR")
    private boolean noColor;

    @Option(
            names = "--timeout",
            order = 105,
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "how long to wait for an answer, such as 10s")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = "--tls-ca",
            order = 106,
            paramLabel = "FILE",
            description =
                    "authority of the controllers' certificates; turns TLS on; also MUSTER_TLS_CA, or the context")
    private @Nullable String tlsAuthority;

    @Option(
            names = "--tls-cert",
            order = 107,
            paramLabel = "FILE",
            description = "our certificate, where controllers ask for one; also MUSTER_TLS_CERT, or the context")
    private @Nullable String tlsCertificate;

    @Option(
            names = "--tls-key",
            order = 108,
            paramLabel = "FILE",
            description = "its private key; also MUSTER_TLS_KEY, or the context")
    private @Nullable String tlsKey;

    @Option(
            names = "--tls-server-name",
            order = 109,
            paramLabel = "NAME",
            description = "name in the controllers' certificates; also MUSTER_TLS_SERVER_NAME, or the context")
    private @Nullable String tlsServerName;

    OutputFormat format() {
        return format;
    }

    Console console(Environment environment) {
        return noColor ? environment.console().withoutColours() : environment.console();
    }

    /** How to print, as words for a tool that does the printing itself. */
    List<String> outputWords() {
        String form = "--output=" + format.name().toLowerCase(Locale.ROOT);
        return noColor ? List.of(form, "--no-color") : List.of(form);
    }

    /** Connects to the server that the option, the variable or the context names. */
    Controller connect(Environment environment) {
        return new Controller(
                servers(environment),
                tls(environment).read(environment.workingDirectory()),
                timeout,
                environment.random(),
                Pause.real());
    }

    /** What a context says about TLS is about its own servers. */
    private TlsChoice tls(Environment environment) {
        TlsChoice options = new TlsChoice(
                Optional.ofNullable(tlsAuthority),
                Optional.ofNullable(tlsCertificate),
                Optional.ofNullable(tlsKey),
                Optional.ofNullable(tlsServerName));
        TlsChoice variables = new TlsChoice(
                environment.variable("MUSTER_TLS_CA"),
                environment.variable("MUSTER_TLS_CERT"),
                environment.variable("MUSTER_TLS_KEY"),
                environment.variable("MUSTER_TLS_SERVER_NAME"));
        boolean elsewhere =
                server != null || environment.variable("MUSTER_SERVER").isPresent();
        return options.or(variables)
                .or(elsewhere ? TlsChoice.NONE : configuration(environment).tls());
    }

    Servers servers(Environment environment) {
        if (server != null) {
            return Servers.parse(server, "--server");
        }
        Optional<String> variable = environment.variable("MUSTER_SERVER");
        if (variable.isPresent()) {
            return Servers.parse(variable.get(), "MUSTER_SERVER");
        }
        return configuration(environment).servers().orElse(Servers.DEFAULT);
    }

    /** The namespace asked for on this command line; empty when none was. */
    Optional<String> givenNamespace() {
        return Optional.ofNullable(namespace);
    }

    String namespace(Environment environment) {
        return givenNamespace()
                .or(() -> environment.variable("MUSTER_NAMESPACE"))
                .or(() -> configuration(environment).namespace())
                .orElse(DEFAULT_NAMESPACE);
    }

    private static ClientConfiguration configuration(Environment environment) {
        return ClientConfiguration.read(environment.variables());
    }
}
