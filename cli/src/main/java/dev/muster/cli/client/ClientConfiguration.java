package dev.muster.cli.client;

import dev.muster.cli.output.CommandFailure;
import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Problem;
import dev.muster.scheduler.document.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ~/.config/muster/config.yaml} (or the same under {@code XDG_CONFIG_HOME}) says:
 *
 * <pre>
 * context: lab
 * contexts:
 *   - {name: lab, server: "10.0.0.1:7443,10.0.0.2:7443", namespace: research, tlsCa: /etc/muster/ca.crt}
 * </pre>
 *
 * Beside {@code tlsCa} there are {@code tlsCert}, {@code tlsKey} and {@code tlsServerName}.
 *
 * @param servers of the present context
 * @param namespace of the present context
 * @param tls of the present context's servers
 */
public record ClientConfiguration(Optional<Servers> servers, Optional<String> namespace, TlsChoice tls) {

    private static final ClientConfiguration NONE =
            new ClientConfiguration(Optional.empty(), Optional.empty(), TlsChoice.NONE);

    /** Reads the file; everything is absent when there is none. */
    public static ClientConfiguration read(Map<String, String> variables) {
        Optional<Path> file = file(variables);
        return file.isPresent() && Files.exists(file.get()) ? read(file.get()) : NONE;
    }

    private static Optional<Path> file(Map<String, String> variables) {
        String home = variables.getOrDefault("HOME", "");
        String configured = variables.getOrDefault("XDG_CONFIG_HOME", "");
        if (!configured.isEmpty()) {
            return Optional.of(Path.of(configured, "muster", "config.yaml"));
        }
        return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".config", "muster", "config.yaml"));
    }

    private static ClientConfiguration read(Path file) {
        Problems problems = new Problems();
        ClientConfiguration configuration;
        try {
            byte[] bytes = Files.readAllBytes(file);
            configuration = Fields.ofDocument(Document.read(bytes, DocumentLimits.JOB), problems)
                    .map(fields -> presentContext(file, fields))
                    .orElse(NONE);
        } catch (IOException failure) {
            throw CommandFailure.usage(file + " cannot be read: " + failure.getMessage());
        } catch (DocumentException failure) {
            throw CommandFailure.usage(file + ":" + failure.line() + ": " + failure.getMessage());
        }
        Optional<Problem> first = problems.list().stream().findFirst();
        if (first.isPresent()) {
            Problem problem = first.get();
            throw CommandFailure.usage(file + ":" + problem.line() + ": " + problem.field() + ": " + problem.message());
        }
        return configuration;
    }

    private static ClientConfiguration presentContext(Path file, Fields fields) {
        Optional<String> chosen = fields.text("context");
        List<Fields> contexts = fields.mappings("contexts");
        fields.end();
        ClientConfiguration found = NONE;
        boolean exists = chosen.isEmpty();
        for (Fields context : contexts) {
            Optional<String> name = context.text("name");
            Optional<String> server = context.text("server");
            Optional<String> namespace = context.text("namespace");
            TlsChoice tls = new TlsChoice(
                    context.text("tlsCa"),
                    context.text("tlsCert"),
                    context.text("tlsKey"),
                    context.text("tlsServerName"));
            context.end();
            if (chosen.isPresent() && chosen.equals(name)) {
                exists = true;
                found = new ClientConfiguration(
                        server.map(text -> Servers.parse(text, "server of context " + chosen.get())), namespace, tls);
            }
        }
        if (!exists) {
            throw CommandFailure.usage(file + ": there is no context named \"" + chosen.orElse("")
                    + "\"; add it under contexts, or name another as context");
        }
        return found;
    }
}
