package dev.muster.cli.command;

import dev.muster.cli.local.ControllerTool;
import dev.muster.cli.local.Distribution;
import dev.muster.cli.output.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * {@code muster admin dump|verify|backup|restore|copy}: the stored state as a whole. The controller's code does the work and
 * says what is wrong with a value.
 */
final class AdminCommand implements Command {

    private final Environment environment;
    private final String deed;

    @Option(
            names = {"--store", "--data"},
            order = 1,
            paramLabel = "DIR|etcd://HOST:PORT,...",
            description = "the state: the controller's --data, or etcd (dump, verify, backup, restore)")
    private @Nullable String store;

    @Option(names = "--from", order = 2, paramLabel = "PLACE", description = "a file (restore) or a store (copy)")
    private @Nullable String from;

    @Option(
            names = "--to",
            order = 3,
            paramLabel = "PLACE",
            description = "a new file (backup) or an empty store (copy)")
    private @Nullable String to;

    @Option(names = "--prefix", order = 4, paramLabel = "KEY", description = "only keys that begin so (dump)")
    private @Nullable String prefix;

    @Option(names = "--etcd-user", order = 5, paramLabel = "NAME", description = "user of etcd, where it asks for one")
    private @Nullable String user;

    @Option(names = "--etcd-password-file", order = 6, paramLabel = "FILE", description = "holds that user's password")
    private @Nullable String passwordFile;

    @Option(names = "--etcd-ca", order = 7, paramLabel = "FILE", description = "authority of etcd's certificates")
    private @Nullable String authority;

    @Option(names = "--etcd-cert", order = 8, paramLabel = "FILE", description = "our certificate for etcd")
    private @Nullable String certificate;

    @Option(names = "--etcd-key", order = 9, paramLabel = "FILE", description = "its private key, in PKCS#8")
    private @Nullable String key;

    AdminCommand(Environment environment, String deed) {
        this.environment = environment;
        this.deed = deed;
    }

    @Override
    public ExitCode run() throws InterruptedException {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        values.put("--store", store);
        values.put("--from", from);
        values.put("--to", to);
        values.put("--prefix", prefix);
        values.put("--etcd-user", user);
        values.put("--etcd-password-file", passwordFile);
        values.put("--etcd-ca", authority);
        values.put("--etcd-cert", certificate);
        values.put("--etcd-key", key);
        List<String> words = new ArrayList<>(List.of(deed));
        values.forEach((option, value) -> {
            if (value != null) {
                words.add(option + "=" + value);
            }
        });
        Distribution distribution = Distribution.of(environment.distribution(), environment.variables());
        return new ControllerTool(distribution, "admin").run(words);
    }
}
