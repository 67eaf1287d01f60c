package dev.muster.controller.tool;

import dev.muster.controller.admin.Dump;
import dev.muster.controller.admin.StateCopy;
import dev.muster.controller.admin.Stores;
import dev.muster.controller.admin.Verification;
import dev.muster.controller.codec.ProtobufFormat;
import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.config.EtcdOptions;
import dev.muster.controller.config.StoreAddress;
import dev.muster.controller.store.KeySpace;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code muster admin}: the state as a whole, in a directory whose controller is stopped or in etcd. Looking, checking and
 * backing up disturb no controller on etcd; filling a store needs an empty one.
 */
@Command(
        name = "admin",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Looks at the stored state, checks it, backs it up, restores it, or moves it.")
final class AdminTool implements Callable<Integer> {

    private static final String STORE = "DIR|etcd://HOST:PORT,...";

    private final ToolTerminal terminal;

    AdminTool(ToolTerminal terminal) {
        this.terminal = terminal;
    }

    /** Time stands still for a tool: it must end no lease and forget no history. */
    private static long noTime() {
        return 0;
    }

    @Override
    public Integer call() {
        throw ToolFailure.usage("nothing to do; give one of dump, verify, backup, restore, copy");
    }

    @Command(name = "dump", description = "Prints every record as one line of JSON, in the order of keys.")
    int dump(
            @Option(
                            names = {"--store", "--data"},
                            required = true,
                            paramLabel = STORE)
                    String store,
            @Option(names = "--prefix", paramLabel = "KEY", defaultValue = KeySpace.ROOT) String prefix,
            @Mixin EtcdOptions words) {
        return reading(store, words, opened -> {
            Dump.print(opened, requirePrefix(prefix), line -> terminal.out().println(line));
            return ControllerTools.done();
        });
    }

    private static String requirePrefix(String prefix) {
        try {
            return KeySpace.requirePrefix(prefix);
        } catch (IllegalArgumentException mistake) {
            throw ToolFailure.usage(String.valueOf(mistake.getMessage()));
        }
    }

    @Command(name = "verify", description = "Makes sure that every record can be read and that they fit together.")
    int verify(
            @Option(
                            names = {"--store", "--data"},
                            required = true,
                            paramLabel = STORE)
                    String store,
            @Mixin EtcdOptions words) {
        return reading(store, words, opened -> {
            Verification.Result result = Verification.of(opened, new ProtobufFormat());
            result.problems().forEach(problem -> terminal.out().println(problem));
            result.counts()
                    .forEach((kind, count) ->
                            terminal.out().println(String.format(Locale.ROOT, "%-10s %,9d", kind, count)));
            if (result.problems().isEmpty()) {
                terminal.out().println("sound at revision " + result.revision());
                return ControllerTools.done();
            }
            throw ToolFailure.failed(result.problems().size() + " problems in " + store + " at revision "
                    + result.revision() + "; they are listed above");
        });
    }

    @Command(name = "backup", description = "Writes everything into one new file.")
    int backup(
            @Option(
                            names = {"--store", "--data"},
                            required = true,
                            paramLabel = STORE)
                    String store,
            @Option(names = "--to", required = true, paramLabel = "FILE") Path file,
            @Mixin EtcdOptions words) {
        return reading(store, words, opened -> {
            say("backed up", StateCopy.backUp(opened, file), "from " + store + " to " + file);
            return ControllerTools.done();
        });
    }

    @Command(name = "restore", description = "Fills an empty store from a backup.")
    int restore(
            @Option(names = "--from", required = true, paramLabel = "FILE") Path file,
            @Option(
                            names = {"--store", "--data"},
                            required = true,
                            paramLabel = STORE)
                    String store,
            @Mixin EtcdOptions words) {
        return working(() -> {
            StoreAddress target = StoreAddress.of(store);
            say(
                    "restored",
                    StateCopy.restore(file, () -> Stores.openToFill(target, words, AdminTool::noTime), store),
                    "from " + file + " to " + store);
            return ControllerTools.done();
        });
    }

    @Command(name = "copy", description = "Fills an empty store from another one; their controllers must be stopped.")
    int copy(
            @Option(names = "--from", required = true, paramLabel = STORE) String from,
            @Option(names = "--to", required = true, paramLabel = STORE) String to,
            @Mixin EtcdOptions words) {
        return reading(from, words, opened -> {
            StoreAddress target = StoreAddress.of(to);
            if (target.equals(StoreAddress.of(from))) {
                throw ToolFailure.usage("--from and --to are the same store; name two");
            }
            say(
                    "copied",
                    StateCopy.copy(opened, () -> Stores.openToFill(target, words, AdminTool::noTime), to),
                    "from " + from + " to " + to);
            return ControllerTools.done();
        });
    }

    private void say(String what, StateCopy.Done done, String where) {
        terminal.out()
                .println(String.format(
                        Locale.ROOT, "%s %,d records of revision %d %s", what, done.records(), done.revision(), where));
    }

    /** What a command does with a store. */
    private interface Reading {
        int with(StateStore store) throws ConfigProblem;
    }

    private interface Work {
        int run() throws ConfigProblem;
    }

    private static int reading(String address, EtcdOptions words, Reading reading) {
        return working(() -> {
            try (StateStore store = Stores.openToRead(StoreAddress.of(address), words, AdminTool::noTime)) {
                return reading.with(store);
            }
        });
    }

    private static int working(Work work) {
        try {
            return work.run();
        } catch (ConfigProblem mistake) {
            throw ToolFailure.usage(String.valueOf(mistake.getMessage()));
        } catch (StoreException reason) {
            throw ToolFailure.failed(String.valueOf(reason.getMessage()));
        }
    }
}
