using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.Core.Statements;

/// <summary>
/// A statement with the bytes that were signed, verbatim. That it could be read says nothing of its signature:
/// <see cref="StatementJudge"/> does.
/// </summary>
/// <param name="RecipientObject">Where the recipients are too many for the statement: the object that lists them.</param>
public sealed record SignedStatement(StatementId Id, Statement Statement, ReadOnlyMemory<byte> Cms, byte[]? RecipientObject = null)
{
    /// <summary>The largest signed statement: 48 KiB.</summary>
    public const int MaxSize = 48 * 1024;

    /// <exception cref="ArgumentException">The statement is too large; its texts must be shortened.</exception>
    public static async Task<SignedStatement> SignAsync(Statement statement, ISigningKey key, CancellationToken cancellation)
    {
        var content = StatementXml.Write(statement, out var recipientObject);
        var cms = await CmsSigner.SignAsync(content, key, statement.ClaimedAt, CmsForm.Encapsulated, withChain: false, cancellation);
        return cms.Length <= MaxSize
            ? new SignedStatement(StatementXml.IdOf(content), statement, cms, recipientObject)
            : throw new ArgumentException($"A signed statement of {cms.Length} bytes is larger than {MaxSize}; shorten its texts.", nameof(statement));
    }

    /// <param name="objects">Finds an object that the statement names by its SHA-256; null where it is not at hand.</param>
    /// <exception cref="FormatException">The bytes are not a statement.</exception>
    public static SignedStatement Parse(ReadOnlyMemory<byte> cms, Func<Digest, byte[]?> objects)
    {
        if (cms.Length > MaxSize)
        {
            throw new FormatException($"A signed statement of {cms.Length} bytes is larger than {MaxSize}.");
        }

        try
        {
            var content = CmsSignedData.Parse(cms, CmsLimits.Default).Content
                ?? throw new FormatException("The signature holds no statement.");
            byte[]? used = null;
            var statement = StatementXml.Read(content, digest => used = objects(digest));
            return new SignedStatement(StatementXml.IdOf(content.Span), statement, cms, used);
        }
        catch (CmsFormatException fault)
        {
            throw new FormatException("The statement is not CMS SignedData: " + fault.Message, fault);
        }
    }
}
