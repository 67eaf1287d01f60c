package dev.muster.controller.store.embedded;

import dev.muster.controller.store.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Opens a store, says so, and holds it until its standard input ends. */
final class HoldingProgram {

    private HoldingProgram() {}

    public static void main(String[] arguments) throws IOException {
        EmbeddedStateStore held;
        try {
            held = EmbeddedStateStore.open(Path.of(arguments[0]), EmbeddedSettings.DEFAULT, System::nanoTime);
        } catch (StoreException failure) {
            System.out.println(failure.getMessage());
            return;
        }
        System.out.println("holding");
        System.in.transferTo(OutputStream.nullOutputStream());
        held.close();
    }
}
