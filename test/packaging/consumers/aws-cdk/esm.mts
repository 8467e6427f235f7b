import { awsCdk, SegmentationPolicy } from 'cdk-microsegmentation';
import { SecurityGroups } from 'cdk-microsegmentation/aws-cdk';

console.log(JSON.stringify({ same: awsCdk.SecurityGroups === SecurityGroups, policy: SegmentationPolicy.name }));
