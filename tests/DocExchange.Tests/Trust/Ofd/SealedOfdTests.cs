using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>Tests around one OFD with a seal over all of it.</summary>
public abstract class SealedOfdTests
{
    private SealWorld world = null!;

    private protected OfdMaker Maker { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task SealAsync()
    {
        world = new SealWorld();
        Maker = new OfdMaker();
        await Maker.SealAsync(world);
        Maker.WriteList();
    }

    [OneTimeTearDown]
    public void Close() => world.Dispose();

    protected async Task<Verdict> JudgeAsync(Stream file) =>
        (await new OfdVerifier(world.Trust, ValidationPolicy.Foreign).VerifyAsync(file, SealWorld.Sealed, CancellationToken.None)).Verdict;

    protected Task<Verdict> JudgeAsync(byte[] file) => JudgeAsync(new MemoryStream(file));
}
