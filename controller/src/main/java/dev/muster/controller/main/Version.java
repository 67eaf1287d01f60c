package dev.muster.controller.main;

import java.util.Optional;

/** Which release this is. */
final class Version {

    private Version() {}

    /** From the jar's manifest; a build that is not packed has none. */
    static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
