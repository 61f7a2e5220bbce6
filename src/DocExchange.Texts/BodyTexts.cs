using System.Security.Cryptography;

namespace DocExchange.Texts;

/// <summary>
/// Reads the words of bodies in a process of its own, with little memory and little time: whatever is in a file, it costs
/// no more than <see cref="TextLimits"/> say, and nothing but its own words. The process is started when it is needed first,
/// started again after a file it died of, and ends with this object. Safe for concurrent use; one file at a time is read.
/// </summary>
/// <param name="scratch">A folder for the file while it is read; only this user can read it there.</param>
public sealed class BodyTexts(string scratch, TextLimits limits) : IAsyncDisposable
{
    private const int NameSize = 16;
    private const int CopyBuffer = 128 * 1024;

    private readonly SemaphoreSlim gate = new(1, 1);
    private ReaderProcess? process;

    /// <summary>The words, as far as they can be had; never an exception because of what is in the file.</summary>
    /// <exception cref="IOException">The scratch folder cannot be written, or the stream not be read.</exception>
    /// <exception cref="InvalidOperationException">The reading process cannot be started.</exception>
    public async Task<BodyText> ReadAsync(Stream body, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        var path = Path.Combine(scratch, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameSize)) + ".body");
        try
        {
            if (!await CopyAsync(body, path, cancellation))
            {
                return BodyText.Unread($"文件超过 {limits.MaxFileSize} 字节，未读取文字。", $"The file has more than {limits.MaxFileSize} bytes; its words were not read.");
            }

            process ??= ReaderProcess.Start(limits);
            var text = await process.ReadAsync(path, cancellation);
            await EndDeadAsync();
            return text;
        }
        finally
        {
            File.Delete(path);
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        gate.Dispose();
    }

    private async Task EndDeadAsync()
    {
        if (process is { IsAlive: false })
        {
            await process.DisposeAsync();
            process = null;
        }
    }

    private async Task<bool> CopyAsync(Stream body, string path, CancellationToken cancellation)
    {
        Directory.CreateDirectory(scratch);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, options);
        var buffer = new byte[CopyBuffer];
        for (var total = 0L; ;)
        {
            var read = await body.ReadAsync(buffer, cancellation);
            if (read == 0)
            {
                return true;
            }

            total += read;
            if (total > limits.MaxFileSize)
            {
                return false;
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
    }
}
