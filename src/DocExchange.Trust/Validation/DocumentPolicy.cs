namespace DocExchange.Trust.Validation;

/// <summary>What is demanded of the signatures that others put into documents, under a policy.</summary>
internal static class DocumentPolicy
{
    /// <summary>What only this product's own signatures have is not demanded; all else of the policy stays.</summary>
    public static ValidationPolicy Of(ValidationPolicy policy) => policy.RequiresOwnForm
        ? policy with
        {
            RequiresOwnForm = false,
            RequiresSigningTime = false,
            RequiresSigningCertificateReference = false,
            RequiresAlgorithmProtection = false,
            AllowsUnsortedAttributes = true,
            AllowedUnsignedAttributes = null,
        }
        : policy with { AllowsUnsortedAttributes = true };
}
