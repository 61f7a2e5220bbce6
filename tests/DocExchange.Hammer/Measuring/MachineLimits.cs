using System.Security.Cryptography;
using DocExchange.Benchmarks.Trust;
using DocExchange.Trust.Keys;
using Microsoft.Win32.SafeHandles;

namespace DocExchange.Hammer.Measuring;

/// <summary>What this machine can do at best, one thread each, measured right before the load: every figure is to be read beside these.</summary>
/// <param name="SignPerSecond">Raw signatures of the suite, with the library the product uses.</param>
/// <param name="Sm2SignPerSecond">Seals are SM2 in either suite.</param>
/// <param name="AppendSyncPerSecond">100 KB appended to a file, then fdatasync.</param>
/// <param name="TlsMiBPerSecond">One stream over loopback, mutual TLS, HTTP/2, the same server and client.</param>
internal sealed record MachineLimits(
    int Cores, double SignPerSecond, double VerifyPerSecond, double Sm2SignPerSecond, double Sm2VerifyPerSecond, double Sha256MiBPerSecond, double AppendSyncPerSecond, double TlsMiBPerSecond)
{
    private const int DocumentSize = 100_000;
    private const double BytesPerMiB = 1024 * 1024;

    public static async Task<MachineLimits> MeasureAsync(string suite, TimeSpan each, CancellationToken cancellation)
    {
        using var own = new RawSignature(suite == "gm" ? KeyAlgorithm.Sm2 : KeyAlgorithm.EcdsaP256);
        using var sm2 = new RawSignature(KeyAlgorithm.Sm2);
        var block = RandomNumberGenerator.GetBytes(1024 * 1024);
        return new MachineLimits(
            Environment.ProcessorCount,
            Rate(each, () => own.Sign()),
            Rate(each, () => own.Verify()),
            Rate(each, () => sm2.Sign()),
            Rate(each, () => sm2.Verify()),
            Rate(each, () => SHA256.HashData(block)) * block.Length / BytesPerMiB,
            AppendSyncRate(each),
            Math.Round(await LoopbackTls.RateAsync(each, cancellation) / BytesPerMiB, 1));
    }

    private static double AppendSyncRate(TimeSpan each)
    {
        var path = Path.Combine(Path.GetTempPath(), $"docex-hammer-{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
        var content = RandomNumberGenerator.GetBytes(DocumentSize);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        long length = 0;
        return Rate(each, () =>
        {
            RandomAccess.Write(file, content, length);
            length += content.Length;
            RandomAccess.FlushToDisk(file);
        });
    }

    private static double Rate(TimeSpan duration, Action act)
    {
        act();
        var (clock, count) = (TimeProvider.System, 0L);
        var began = clock.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            act();
            count++;
        }
        while ((elapsed = clock.GetElapsedTime(began)) < duration);
        return Math.Round(count / elapsed.TotalSeconds, 1);
    }
}
