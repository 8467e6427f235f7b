export * from './model';
export * as awsCdk from './bindings/aws-cdk';
export * as cdktf from './bindings/cdktf';
