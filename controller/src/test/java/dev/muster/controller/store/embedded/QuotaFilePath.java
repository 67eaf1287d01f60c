package dev.muster.controller.store.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** A file system for MVStore whose disk can be full. A write that does not fit is cut short, as real ones are. */
public final class QuotaFilePath extends FilePathWrapper {

    static final String PREFIX = "quota:";
    private static volatile long allowedBytes = Long.MAX_VALUE;

    /** MVStore makes the paths it needs itself. */
    public QuotaFilePath() {}

    /** From now on no file of this file system grows beyond this. */
    static void allow(long bytes) {
        FilePath.register(new QuotaFilePath());
        allowedBytes = bytes;
    }

    @Override
    public String getScheme() {
        return "quota";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new QuotaChannel(getBase().open(mode));
    }

    private static final class QuotaChannel extends FileBaseDefault {

        private final FileChannel channel;

        QuotaChannel(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public synchronized int write(ByteBuffer source, long position) throws IOException {
            long room = allowedBytes - position;
            if (room >= source.remaining()) {
                return channel.write(source, position);
            }
            if (room > 0) {
                ByteBuffer part = source.duplicate();
                part.limit(part.position() + (int) room);
                channel.write(part, position);
            }
            throw new IOException("No space left on device");
        }

        @Override
        public synchronized int read(ByteBuffer target, long position) throws IOException {
            return channel.read(target, position);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            channel.force(metaData);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return channel.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }
    }
}
