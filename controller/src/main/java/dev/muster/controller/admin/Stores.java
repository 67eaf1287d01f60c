package dev.muster.controller.admin;

import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.config.EtcdOptions;
import dev.muster.controller.config.StoreAddress;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.controller.store.etcd.EtcdSettings;
import dev.muster.controller.store.etcd.EtcdSettings.Credentials;
import dev.muster.controller.store.etcd.EtcdSettings.Identity;
import dev.muster.controller.store.etcd.EtcdSettings.Tls;
import dev.muster.controller.store.etcd.EtcdStateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Opens the store that an address names. */
public final class Stores {

    private Stores() {}

    /** For a controller: a new store gets this release's schema version, any other is refused. */
    public static StateStore openToLead(StoreAddress address, EtcdOptions access, LongSupplier nanoTicker)
            throws ConfigProblem {
        StateStore store = open(address, access, nanoTicker);
        try {
            StoreSchema.claim(store, address.text());
            return store;
        } catch (RuntimeException refused) {
            store.close();
            throw refused;
        }
    }

    /** For tools that read: there must be a store already, of a schema that this release knows. */
    public static StateStore openToRead(StoreAddress address, EtcdOptions access, LongSupplier nanoTicker)
            throws ConfigProblem {
        if (address instanceof StoreAddress.Directory directory && !EmbeddedStateStore.exists(directory.path())) {
            throw new ConfigProblem("there is no store in " + directory.path()
                    + "; give the directory that the controller has as --data");
        }
        StateStore store = open(address, access, nanoTicker);
        try {
            StoreSchema.require(store, address.text());
            return store;
        } catch (RuntimeException refused) {
            store.close();
            throw refused;
        }
    }

    /** For what fills an empty store, which may not be there yet. */
    public static StateStore openToFill(StoreAddress address, EtcdOptions access, LongSupplier nanoTicker)
            throws ConfigProblem {
        return open(address, access, nanoTicker);
    }

    private static StateStore open(StoreAddress address, EtcdOptions access, LongSupplier nanoTicker)
            throws ConfigProblem {
        if (address instanceof StoreAddress.Etcd etcd) {
            EtcdSettings settings = EtcdSettings.of(etcd.endpoints())
                    .withCredentials(credentials(access))
                    .withTls(tls(access));
            return EtcdStateStore.open(settings, nanoTicker);
        }
        Path directory = ((StoreAddress.Directory) address).path();
        return EmbeddedStateStore.open(directory, EmbeddedSettings.DEFAULT, nanoTicker);
    }

    private static Optional<Credentials> credentials(EtcdOptions access) throws ConfigProblem {
        if (access.user().isPresent() != access.passwordFile().isPresent()) {
            throw new ConfigProblem("--etcd-user and --etcd-password-file belong together; give both or none");
        }
        if (access.user().isEmpty()) {
            return Optional.empty();
        }
        Path file = access.passwordFile().orElseThrow();
        try {
            String password = Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
            if (password.isEmpty()) {
                throw new ConfigProblem(
                        "password file " + file + " is empty; write the password of etcd's user into it");
            }
            return Optional.of(new Credentials(access.user().get(), password));
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        }
    }

    private static Optional<Tls> tls(EtcdOptions access) throws ConfigProblem {
        if (access.certificate().isPresent() != access.key().isPresent()) {
            throw new ConfigProblem("--etcd-cert and --etcd-key belong together; give both or none");
        }
        Optional<Identity> identity = access.certificate()
                .map(certificate -> new Identity(certificate, access.key().orElseThrow()));
        for (Optional<Path> file : List.of(access.authority(), access.certificate(), access.key())) {
            if (file.isPresent() && !Files.isReadable(file.get())) {
                throw unreadable(file.get(), new NoSuchFileException(file.get().toString()));
            }
        }
        return access.authority().isPresent() || identity.isPresent()
                ? Optional.of(new Tls(access.authority(), identity))
                : Optional.empty();
    }

    private static ConfigProblem unreadable(Path file, IOException why) {
        String reason = why instanceof NoSuchFileException ? "not there, or not readable" : why.getMessage();
        return new ConfigProblem(
                "file " + file + " cannot be read (" + reason + "); check its name and its permissions");
    }
}
