package dev.muster.controller.store.etcd;

import dev.muster.controller.store.KeySpace;
import dev.muster.controller.store.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes sure, before anybody decides anything, that this etcd is one we can work with. */
final class MemberCheck {

    private static final int MAJOR = 3;
    private static final int OLDEST_MINOR = 4;
    private static final long STATUS_MILLIS = 2_000;
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

    private MemberCheck() {}

    /** Reads once, which needs a quorum and the right user, then asks the members that answer for their release. */
    static void check(EtcdSettings settings, EtcdConnection connection) {
        String name = settings.name();
        requireAnswer(settings, connection);
        for (CompletableFuture<Optional<String>> release : releases(settings, connection)) {
            release.join().ifPresent(version -> requireRelease(name, version));
        }
    }

    /** A member that sleeps takes connections and answers nothing, so each of them gets its turn. */
    private static void requireAnswer(EtcdSettings settings, EtcdConnection connection) {
        String name = settings.name();
        for (int turn = 1; ; turn++) {
            try {
                var unused = connection.ask(client -> client.getKVClient().get(Texts.bytes(KeySpace.ROOT)));
                return;
            } catch (ExecutionException failure) {
                throw Failures.whileOpening(name, failure);
            } catch (StoreException.Unavailable unanswered) {
                Optional<Throwable> why = turn == 1 ? EtcdConnection.whyUnreachable(settings) : Optional.empty();
                if (why.isPresent()) {
                    throw Failures.whileOpening(name, why.get());
                }
                if (turn >= settings.endpoints().size()) {
                    throw unanswered;
                }
            }
        }
    }

    /** Of each member; empty where it does not answer, for a cluster works without some of its members. */
    private static List<CompletableFuture<Optional<String>>> releases(
            EtcdSettings settings, EtcdConnection connection) {
        return settings.endpoints().stream()
                .map(endpoint -> connection
                        .client()
                        .getMaintenanceClient()
                        .statusMember("ip:///" + endpoint)
                        .orTimeout(STATUS_MILLIS, TimeUnit.MILLISECONDS)
                        .handle((status, failure) ->
                                status == null ? Optional.<String>empty() : Optional.of(status.getVersion())))
                .toList();
    }

    static void requireRelease(String name, String version) {
        Matcher parts = VERSION.matcher(version);
        boolean known = parts.matches();
        int major = known ? Integer.parseInt(parts.group(1)) : 0;
        int minor = known ? Integer.parseInt(parts.group(2)) : 0;
        if (major != MAJOR || minor < OLDEST_MINOR) {
            throw new StoreException.Refused(
                    name + " is of release " + version + "; Muster works with " + MAJOR + "." + OLDEST_MINOR
                            + " or a later " + MAJOR + ".x: upgrade etcd",
                    null);
        }
    }
}
